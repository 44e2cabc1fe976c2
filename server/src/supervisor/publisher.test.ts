import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { readConfig } from '../config.ts';
import { Publisher } from './publisher.ts';

const read = readConfig({ AUTH_USERNAME: 'user', AUTH_PASSWORD: 'secret' });
if ('problems' in read) throw new Error('the environment is not valid');
const { hot } = read.config;

describe('Publisher', () => {
  let publisher: Publisher;
  /** What a flush keeps the busiest worker at work for. */
  let flushMs: number;
  let flushes: number;
  let isBusy: boolean;
  let busyCalls: number;
  /** Ticks that a flush leaves out, of its three. */
  let omitted: number;

  beforeEach(() => {
    jest.useFakeTimers({ now: 0 });
    flushMs = 1;
    flushes = 0;
    isBusy = false;
    busyCalls = 0;
    omitted = 0;
    let workedMs = 0;
    const hub = {
      hasMoreDue: false,
      ticksOmitted: 0,
      flush: (): number | undefined => {
        if (isBusy) return undefined;
        flushes++;
        workedMs += flushMs;
        hub.ticksOmitted += omitted;
        return 3;
      },
    };
    publisher = new Publisher(
      {
        hub,
        monotonicNow: Date.now,
        onBusy: () => busyCalls++,
        onFlushed: () => {},
        takeBusiestMs: () => {
          const taken = workedMs;
          workedMs = 0;
          return taken;
        },
      },
      hot,
    );
    publisher.start();
  });

  afterEach(() => {
    publisher.stop();
    jest.useRealTimers();
  });

  it('flushes every 5 ms while the load is low', () => {
    jest.advanceTimersByTime(1_000);
    expect([flushes, publisher.ticksPublished, publisher.windowMs]).toEqual([200, 600, 5]);
  });

  it('makes fewer flushes under load, and as many as before when it is over', () => {
    flushMs = 70;
    jest.advanceTimersByTime(1_000);
    expect(publisher.windowMs).toBeCloseTo(100);
    flushMs = 1;
    jest.advanceTimersByTime(2_000);
    expect(publisher.windowMs).toBe(5);
  });

  it('counts a flush that must wait once, and makes it as soon as the worker is ready', () => {
    isBusy = true;
    jest.advanceTimersByTime(50);
    expect([flushes, publisher.flushesDeferred]).toEqual([0, 1]);
    expect(busyCalls).toBeGreaterThan(10);
    isBusy = false;
    jest.advanceTimersByTime(2);
    expect(flushes).toBe(1);
  });

  it('bounds a flush by what the ticks cost that were sent', () => {
    flushMs = 0.06;
    jest.advanceTimersByTime(1_000);
    expect(publisher.maxFlushTicks / 1_000).toBeCloseTo(5);
    omitted = 2;
    jest.advanceTimersByTime(2_000);
    expect(publisher.maxFlushTicks).toBeLessThan(1_700);
  });

  it('takes other bounds of the window while it runs', () => {
    publisher.configure({ ...hot, batchWindowMs: 50 });
    expect(publisher.windowMs).toBe(50);
  });
});
