import { describe, expect, it } from '@jest/globals';
import type { ProbePath } from './probe.ts';
import { answerProbe } from './probe.ts';
import type { Readiness } from './service-state.ts';

describe('answerProbe', () => {
  it.each<[ProbePath, Readiness, boolean, number, string]>([
    ['/healthz', 'ready', true, 200, 'ok\n'],
    ['/healthz', 'parked', true, 200, 'ok\n'],
    ['/healthz', 'starting', false, 503, 'every worker is in a crash loop\n'],
    ['/startupz', 'starting', true, 503, 'starting\n'],
    ['/startupz', 'draining', true, 200, 'ok\n'],
    ['/readyz', 'ready', true, 200, 'ok\n'],
    ['/readyz', 'starting', true, 503, 'starting\n'],
    ['/readyz', 'draining', true, 503, 'draining\n'],
    ['/readyz', 'parked', true, 503, 'parked\n'],
  ])('%s of a server that is %s (alive: %s): %i', (path, readiness, isAlive, status, body) => {
    expect(answerProbe(path, readiness, isAlive, false)).toEqual({ status, body });
    const verbose = answerProbe(path, readiness, isAlive, true);
    expect(verbose.status).toBe(status);
    expect(verbose.body).toMatch(status === 200 ? /z check passed\n$/ : /z check failed\n$/);
  });

  it('lists every check when it is asked to', () => {
    expect(answerProbe('/readyz', 'parked', true, true).body).toBe(
      '[+]ping ok\n[+]started ok\n[-]in-service: parked\nreadyz check failed\n',
    );
  });
});
