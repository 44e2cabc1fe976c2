import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { Logger } from '../ops/logger.ts';
import type { Drainee } from './drain-control.ts';
import { DrainControl } from './drain-control.ts';

const silent: Logger = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {}, setLevel: () => {} };

class FakePool implements Drainee {
  connections = 5;
  readonly calls: string[] = [];

  drain(windowMs: number): Promise<void> {
    this.calls.push(`drain ${windowMs}`);
    return Promise.resolve();
  }

  park(windowMs: number): void {
    this.calls.push(`park ${windowMs}`);
  }

  open(): void {
    this.calls.push('open');
  }

  killAll(): void {
    this.calls.push('killAll');
  }
}

describe('DrainControl', () => {
  let pool: FakePool;
  let control: DrainControl;

  beforeEach(() => {
    pool = new FakePool();
    control = new DrainControl(pool, silent, () => Date.UTC(2026, 0, 1));
    control.onReady();
  });

  it('parks and takes back into service when the workers listen', async () => {
    control.park(4_000, 0);
    expect(control.status).toEqual({
      state: 'draining',
      connections: 5,
      connectionsAtStart: 5,
      startedAt: '2026-01-01T00:00:00.000Z',
      endsAt: '2026-01-01T00:00:04.000Z',
    });
    expect(control.readiness).toBe('draining');
    pool.connections = 0;
    expect([control.state, control.readiness]).toEqual(['parked', 'parked']);
    const resumed = control.resume();
    expect(control.readiness).toBe('starting');
    control.onReady();
    await resumed;
    expect(control.status).toEqual({ state: 'serving', connections: 0 });
    expect(pool.calls).toEqual(['park 4000', 'open']);
  });

  it('stays in its first park when it is asked again', () => {
    control.park(4_000, 0);
    control.park(9_000, 0);
    expect(pool.calls).toEqual(['park 4000']);
  });

  it.each(['serving', 'draining', 'parked'])('stops for good when it is %s, and comes back no more', async (state) => {
    if (state !== 'serving') control.park(4_000, 0);
    if (state === 'parked') pool.connections = 0;
    expect(control.state).toBe(state);
    await control.stop(1_000);
    expect(control.state).toBe('stopping');
    await control.resume();
    control.park(1_000, 0);
    control.onReady();
    expect(control.readiness).toBe('draining');
    expect(pool.calls.filter((call) => !call.startsWith('park'))).toEqual(['drain 1000']);
  });

  it('ends the wait for the workers when the server stops meanwhile', async () => {
    control.park(0, 0);
    const resumed = control.resume();
    await control.stop(0);
    await resumed;
    expect(control.state).toBe('stopping');
  });

  describe('with a delay', () => {
    beforeEach(() => {
      jest.useFakeTimers();
      control.park(4_000, 10_000);
    });
    afterEach(() => {
      jest.useRealTimers();
    });

    it('is unready at once, also without connections, and begins to close afterwards', () => {
      expect(control.status).toMatchObject({ state: 'draining', endsAt: '2026-01-01T00:00:14.000Z' });
      pool.connections = 0;
      expect([control.state, control.readiness]).toEqual(['draining', 'draining']);
      jest.advanceTimersByTime(9_999);
      expect(pool.calls).toEqual([]);
      jest.advanceTimersByTime(1);
      expect(pool.calls).toEqual(['park 4000']);
      expect(control.state).toBe('parked');
    });

    it('goes on as if nothing had been when it is taken back in time', async () => {
      await control.resume();
      jest.advanceTimersByTime(20_000);
      expect(control.state).toBe('serving');
      expect(pool.calls).toEqual([]);
    });

    it('stops for good at once', async () => {
      await control.stop(1_000);
      jest.advanceTimersByTime(20_000);
      expect(pool.calls).toEqual(['drain 1000']);
    });
  });
});
