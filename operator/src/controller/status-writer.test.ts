import { describe, expect, it } from '@jest/globals';
import type { ApiClient } from '../runtime/api-client.ts';
import { ApiError } from '../runtime/api-error.ts';
import type { Informer } from '../runtime/informer.ts';
import type { KubeObject } from '../runtime/kube-object.ts';
import { trusted } from '../runtime/trusted.ts';
import { StatusWriter } from './status-writer.ts';

const live: KubeObject = {
  apiVersion: 'tickstorm.io/v1alpha1',
  kind: 'TickStorm',
  metadata: { name: 'demo', namespace: 'n', uid: 'uid-1', generation: 3 },
};

function setup(refusal?: number) {
  const bodies: KubeObject[] = [];
  const observed: KubeObject[] = [];
  const writer = new StatusWriter({
    client: {
      apply: async (_type, _namespace, _name, body) => {
        if (refusal !== undefined) throw new ApiError('apply', refusal, '{}');
        bodies.push(trusted<KubeObject>(body));
        return trusted<KubeObject>(body);
      },
    } satisfies Pick<ApiClient, 'apply'>,
    tickStorms: trusted<Informer>({ observe: (object: KubeObject) => observed.push(object) }),
    now: () => 0,
  });
  return { writer, bodies, observed };
}

describe('StatusWriter', () => {
  it('writes of the very TickStorm that was looked at, and only what is new', async () => {
    const { writer, bodies, observed } = setup();
    await writer.writeInvalid(live, 'spec.replicas');
    expect(bodies[0]).toMatchObject({ metadata: { uid: 'uid-1' }, status: { observedGeneration: 3 } });
    expect(JSON.stringify(bodies[0]?.['status'])).toContain('InvalidSpec');
    expect(observed).toEqual(bodies);
    await writer.writeInvalid({ ...live, status: bodies[0]?.['status'] }, 'spec.replicas');
    expect(bodies).toHaveLength(1);
  });

  it('has nothing to say of one that is gone, and leaves one that was made anew to the next look', async () => {
    await setup(404).writer.writeInvalid(live, 'spec.replicas');
    await expect(setup(409).writer.writeInvalid(live, 'spec.replicas')).rejects.toThrow('409');
  });
});
