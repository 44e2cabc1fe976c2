import { describe, expect, it } from '@jest/globals';
import { parseTickStorm } from './tick-storm.ts';

const object = (spec: unknown): unknown => ({ metadata: { name: 'a', namespace: 'b', uid: 'c' }, spec });

describe('parseTickStorm', () => {
  it('fills in the defaults that the CRD leaves to the operator', () => {
    const parsed = parseTickStorm(object({ autoscaling: { mode: 'Enabled', maxReplicas: 4 } }));
    expect(parsed).toMatchObject({
      ok: true,
      value: {
        spec: {
          autoscaling: {
            minReplicas: 2,
            maxReplicas: 4,
            targetCPUUtilizationPercentage: 70,
            targetMemoryUtilizationPercentage: 80,
            behavior: { scaleUp: { stabilizationWindowSeconds: 60 }, scaleDown: { stabilizationWindowSeconds: 300 } },
          },
        },
      },
    });
  });

  it('takes a resource without a spec', () => {
    expect(parseTickStorm(object(undefined))).toMatchObject({ ok: true, value: { spec: { replicas: 2 } } });
  });

  it('says what is wrong, and where, instead of throwing', () => {
    const parsed = parseTickStorm(object({ replicas: 'three', service: { type: 'Ingress' } }));
    expect(parsed.ok).toBe(false);
    expect(parsed.ok ? '' : parsed.problem).toMatch(
      /^spec\.replicas: Invalid input: [^;]+; spec\.service\.type: Invalid option: .+$/,
    );
  });
});
