import { describe, expect, it } from '@jest/globals';
import type { ApiClient } from '../runtime/api-client.ts';
import type { KubeObject } from '../runtime/kube-object.ts';
import { trusted } from '../runtime/trusted.ts';
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

  describe('that has room', () => {
    function setup() {
      const atMs: number[] = [];
      const clock = { nowMs: 0 };
      const now = (): number => clock.nowMs;
      const mergePatch = async (...[, , , body]: Parameters<ApiClient['mergePatch']>): Promise<KubeObject> => {
        const { metadata } = trusted<KubeObject>(body);
        atMs.push(Date.parse(metadata.annotations?.['tickstorm.io/retried-at'] ?? ''));
        return deployment();
      };
      const retry = new QuotaRetry({ mergePatch }, now, now);
      const pass = async (durationMs: number): Promise<void> => {
        const endMs = clock.nowMs + durationMs;
        while (clock.nowMs < endMs) clock.nowMs += Math.min(await retry.retry(deployment()), endMs - clock.nowMs);
      };
      return { retry, atMs, clock, pass };
    }

    it('is made to try again at once and two seconds later, not sooner', async () => {
      const { retry, atMs, clock } = setup();
      expect(await retry.retry(deployment())).toBe(RETRY_MS);
      clock.nowMs = 500;
      expect(await retry.retry(deployment())).toBe(RETRY_MS - 500);
      clock.nowMs = RETRY_MS;
      await retry.retry(deployment());
      expect(atMs).toEqual([0, RETRY_MS]);
    });

    it('is made to try ever more rarely while that does not help, and never gives up', async () => {
      const { atMs, pass } = setup();
      await pass(60_000);
      expect(atMs).toEqual([0, 2_000, 6_000, 14_000, 30_000]);
      await pass(24 * 3_600_000);
      expect(atMs.at(-1)! - atMs.at(-2)!).toBe(5 * 60_000);
    });

    it('begins anew once the quota has taken a pod, still not sooner than two seconds after the last time', async () => {
      const { retry, atMs, clock, pass } = setup();
      await pass(60_000);
      retry.relax('u');
      await pass(10_000);
      expect(atMs.slice(5)).toEqual([60_000, 62_000, 66_000]);
      retry.relax('u');
      clock.nowMs = 66_500;
      expect(await retry.retry(deployment())).toBe(1_500);
    });
  });
});
