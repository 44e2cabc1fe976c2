import { describe, expect, it } from '@jest/globals';
import type { KubeObject } from '../runtime/kube-object.ts';
import { isHeldByQuota, QuotaRetry, RETRY_MS } from './quota-retry.ts';

const deployment = (message?: string): KubeObject => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'demo', namespace: 'n', uid: 'u' },
  status: { conditions: message === undefined ? [] : [{ type: 'ReplicaFailure', status: 'True', message }] },
});

describe('a Deployment', () => {
  it.each([
    [undefined, false],
    ['pods "demo-1" is forbidden: exceeded quota: tick-storm-quota, requested: pods=1, used: pods=10', true],
    ['admission webhook "x" denied the request', false],
  ])('whose pods fail with %j is held by a quota: %s', (message, expected) => {
    expect(isHeldByQuota(deployment(message))).toBe(expected);
  });

  it('is made to try again, but not without end', async () => {
    const patches: unknown[] = [];
    const clock = { nowMs: 0 };
    const mergePatch = async (
      _type: unknown,
      _namespace: string,
      _name: string,
      body: unknown,
    ): Promise<KubeObject> => {
      patches.push(body);
      return deployment();
    };
    const retry = new QuotaRetry(
      { mergePatch },
      () => clock.nowMs,
      () => clock.nowMs,
    );
    await retry.retry(deployment());
    await retry.retry(deployment());
    clock.nowMs = RETRY_MS;
    await retry.retry(deployment());
    expect(patches).toEqual([
      { metadata: { annotations: { 'tickstorm.io/retried-at': '1970-01-01T00:00:00.000Z' } } },
      { metadata: { annotations: { 'tickstorm.io/retried-at': '1970-01-01T00:00:02.000Z' } } },
    ]);
  });
});
