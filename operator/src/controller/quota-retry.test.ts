import { describe, expect, it } from '@jest/globals';
import type { ApiClient } from '../runtime/api-client.ts';
import { ApiError } from '../runtime/api-error.ts';
import type { KubeObject } from '../runtime/kube-object.ts';
import { uidRefusal } from '../runtime/testing/uid-refusal.ts';
import { trusted } from '../runtime/trusted.ts';
import { isHeldByQuota, QuotaRetry, RETRY_MS } from './quota-retry.ts';

const deployment = (message?: string): KubeObject => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'demo', namespace: 'n', uid: 'u', resourceVersion: '7' },
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

    it.each([
      ['has changed meanwhile', { uid: 'u', resourceVersion: '8' }],
      ['is another one of its name by now', { uid: 'anew', resourceVersion: '9' }],
      ['has gone', undefined],
    ])('is left to the next look where it %s, which may be at once', async (_, initial) => {
      let live: { readonly uid: string; readonly resourceVersion: string } | undefined = initial;
      let written = 0;
      const mergePatch = async (...[, , , body]: Parameters<ApiClient['mergePatch']>): Promise<KubeObject> => {
        const { uid, resourceVersion } = trusted<KubeObject>(body).metadata;
        if (live === undefined) throw new ApiError('patch', 404, '{}');
        if (resourceVersion !== undefined && resourceVersion !== live.resourceVersion) {
          throw new ApiError('patch', 409, '{}');
        }
        if (uid !== undefined && uid !== live.uid) throw uidRefusal('patch', uid);
        written += 1;
        return deployment();
      };
      const now = (): number => 0;
      const retry = new QuotaRetry({ mergePatch }, now, now);
      expect(await retry.retry(deployment())).toBe(RETRY_MS);
      expect(written).toBe(0);
      live = { uid: 'u', resourceVersion: '7' };
      await retry.retry(deployment());
      expect(written).toBe(1);
    });

    it('tells of every other failure', async () => {
      const mergePatch = async (): Promise<never> => {
        throw new ApiError('patch', 403, '{}');
      };
      const now = (): number => 0;
      await expect(new QuotaRetry({ mergePatch }, now, now).retry(deployment())).rejects.toThrow('403');
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
