import { describe, expect, it, jest } from '@jest/globals';
import { ApiError } from './api-error.ts';
import type { KubeObject } from './kube-object.ts';
import { LeaderElector, LeaseLostError } from './leader-elector.ts';
import { KeepingLogger } from './testing/keeping-logger.ts';
import { trusted } from './trusted.ts';

/** One Lease as the API server would keep it: versions, and refusal of writes that are based on an older one. */
class LeaseStore {
  lease: KubeObject | undefined;
  isDown = false;
  writes = 0;
  #version = 0;
  /** What a watch shows; without it there is none, and candidates find out by themselves. */
  news: AsyncIterable<Uint8Array> | undefined;

  async watch(): Promise<AsyncIterable<Uint8Array>> {
    if (this.news === undefined) throw new Error('no watch in this test');
    return this.news;
  }

  async get(): Promise<KubeObject | undefined> {
    this.#check();
    return this.lease;
  }

  async create(_type: unknown, _namespace: string, body: unknown): Promise<KubeObject> {
    this.#check();
    if (this.lease !== undefined) throw new ApiError('create', 409, '{}');
    return this.#store(trusted(body));
  }

  async replace(_type: unknown, _namespace: string, _name: string, body: unknown): Promise<KubeObject> {
    this.#check();
    const next = trusted<KubeObject>(body);
    if (this.lease === undefined) throw new ApiError('update', 404, '{}');
    if (next.metadata.resourceVersion !== this.lease.metadata.resourceVersion) throw new ApiError('update', 409, '{}');
    return this.#store(next);
  }

  get spec(): Record<string, unknown> {
    return trusted(this.lease?.['spec'] ?? {});
  }

  #store(next: KubeObject): KubeObject {
    this.writes += 1;
    this.#version += 1;
    this.lease = { ...next, metadata: { ...next.metadata, resourceVersion: String(this.#version) } };
    return this.lease;
  }

  #check(): void {
    if (this.isDown) throw new Error('unreachable');
  }
}

/** With the lease and the deadline that an elector has by default, client-go's: 15 and 10 s. */
function candidate(store: LeaseStore, identity: string, clock = { nowMs: 0 }, retryPeriodMs = 1): LeaderElector {
  return new LeaderElector({
    client: store,
    namespace: 'n',
    name: 'lease',
    identity,
    logger: new KeepingLogger(),
    retryPeriodMs,
    now: () => clock.nowMs,
  });
}

const running = (): AbortSignal => new AbortController().signal;

/** Waits until the condition holds, letting other work go on. */
async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 1));
}

describe('LeaderElector', () => {
  it('leads as soon as the holder gives the lease up, without waiting for its next attempt', async () => {
    const store = new LeaseStore();
    const first = candidate(store, 'one');
    await first.acquire(running());
    const released = Promise.withResolvers<undefined>();
    const event = (type: string): Buffer => Buffer.from(`${JSON.stringify({ type, object: store.lease })}\n`);
    store.news = (async function* () {
      yield event('ADDED');
      await released.promise;
      yield event('MODIFIED');
    })();
    const second = candidate(store, 'two', { nowMs: 0 }, 8_000);
    const leading = second.acquire(running());
    await first.release();
    released.resolve(undefined);
    await leading;
    expect(second.isLeader).toBe(true);
  });

  it('takes a lease that nobody has, with times of six digits', async () => {
    const store = new LeaseStore();
    const elector = candidate(store, 'one');
    await elector.acquire(running());
    expect(elector.isLeader).toBe(true);
    expect(store.spec).toMatchObject({ holderIdentity: 'one', leaseDurationSeconds: 15, leaseTransitions: 0 });
    expect(store.spec['renewTime']).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/);
  });

  it('waits while another renews, however its clock is set, and takes over once it stops for the whole duration', async () => {
    const store = new LeaseStore();
    await candidate(store, 'one').acquire(running());
    const clock = { nowMs: 1_000_000 };
    const second = candidate(store, 'two', clock);
    let isLeading = false;
    const acquiring = second.acquire(running()).then(() => (isLeading = true));
    const tries = async (): Promise<void> => {
      await new Promise((resolve) => setTimeout(resolve, 20));
    };
    await tries();
    clock.nowMs += 14_999;
    await tries();
    expect(isLeading).toBe(false);
    clock.nowMs += 1;
    await acquiring;
    expect(store.spec).toMatchObject({ holderIdentity: 'two', leaseTransitions: 1 });
  });

  it('renews while it holds, with one request each time, and keeps the time of acquisition', async () => {
    const store = new LeaseStore();
    const elector = candidate(store, 'one');
    await elector.acquire(running());
    const acquired = store.spec['acquireTime'];
    const stop = new AbortController();
    const holding = elector.hold(stop.signal);
    await until(() => store.writes >= 4);
    stop.abort();
    await holding;
    expect(store.spec).toMatchObject({ holderIdentity: 'one', acquireTime: acquired, leaseTransitions: 0 });
  });

  it('goes on when somebody else edits the lease without taking it', async () => {
    const store = new LeaseStore();
    const elector = candidate(store, 'one');
    await elector.acquire(running());
    store.lease = { ...store.lease!, metadata: { ...store.lease!.metadata, resourceVersion: 'edited' } };
    const writes = store.writes;
    const stop = new AbortController();
    const holding = elector.hold(stop.signal);
    await until(() => store.writes > writes);
    stop.abort();
    await holding;
    expect(elector.isLeader).toBe(true);
  });

  it('is lost when another has taken it', async () => {
    const store = new LeaseStore();
    const elector = candidate(store, 'one');
    await elector.acquire(running());
    const metadata = { ...store.lease!.metadata, resourceVersion: 'taken' };
    store.lease = { ...store.lease!, metadata, spec: { ...store.spec, holderIdentity: 'two' } };
    await expect(elector.hold(running())).rejects.toBeInstanceOf(LeaseLostError);
    expect(elector.isLeader).toBe(false);
  });

  it('is lost when it cannot be renewed before the deadline, and not earlier', async () => {
    const store = new LeaseStore();
    const clock = { nowMs: 0 };
    const elector = candidate(store, 'one', clock);
    await elector.acquire(running());
    store.isDown = true;
    let isLost = false;
    const holding = elector.hold(running()).catch((error: unknown) => {
      isLost = true;
      return error;
    });
    clock.nowMs = 9_999;
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(isLost).toBe(false);
    clock.nowMs = 10_000;
    expect(await holding).toBeInstanceOf(LeaseLostError);
  });

  it('counts from when a renewal was asked for, not from its late answer', async () => {
    const store = new LeaseStore();
    const clock = { nowMs: 0 };
    const elector = candidate(store, 'one', clock);
    await elector.acquire(running());
    const replace = store.replace.bind(store);
    let attempts = 0;
    store.replace = async (...call) => {
      attempts += 1;
      const written = await replace(...call);
      // The write is done, its answer takes four seconds; after that the server is gone.
      clock.nowMs += 4_000;
      store.isDown = true;
      return written;
    };
    const stop = new AbortController();
    const holding = elector.hold(stop.signal).catch((error: unknown) => error);
    await until(() => store.isDown);
    clock.nowMs = 10_000;
    await until(() => attempts >= 4 || !elector.isLeader);
    stop.abort();
    expect(await holding).toBeInstanceOf(LeaseLostError);
  });

  it('makes the lease anew when somebody has deleted it', async () => {
    const store = new LeaseStore();
    const elector = candidate(store, 'one');
    await elector.acquire(running());
    store.lease = undefined;
    const stop = new AbortController();
    const holding = elector.hold(stop.signal);
    await until(() => store.lease !== undefined);
    stop.abort();
    await holding;
    expect(store.spec['holderIdentity']).toBe('one');
    elector.assertLeads();
  });

  it('waits for the holder whose lease somebody has deleted, as long as it would without that', async () => {
    const store = new LeaseStore();
    await candidate(store, 'one').acquire(running());
    const clock = { nowMs: 0 };
    const looks = jest.spyOn(store, 'get');
    const second = candidate(store, 'two', clock);
    const leading = second.acquire(running());
    await until(() => looks.mock.calls.length >= 2);
    store.lease = undefined;
    clock.nowMs = 14_999;
    looks.mockClear();
    await until(() => looks.mock.calls.length >= 3 || second.isLeader);
    expect(second.isLeader).toBe(false);
    clock.nowMs = 15_000;
    await leading;
    expect(store.spec['holderIdentity']).toBe('two');
  });

  it('does not wait for a holder that gave the lease up before somebody deleted it', async () => {
    const store = new LeaseStore();
    const first = candidate(store, 'one');
    await first.acquire(running());
    const second = candidate(store, 'two');
    const looks = jest.spyOn(store, 'get');
    const leading = second.acquire(running());
    await until(() => looks.mock.calls.length >= 2);
    jest.spyOn(store, 'replace').mockRejectedValue(new ApiError('update', 409, '{}'));
    store.lease = { ...store.lease!, spec: { leaseDurationSeconds: 1_000 } };
    looks.mockClear();
    await until(() => looks.mock.calls.length >= 1);
    store.lease = undefined;
    await leading;
    expect(store.spec['holderIdentity']).toBe('two');
  });

  it('is lost at once when another has made the deleted lease anew', async () => {
    const store = new LeaseStore();
    const elector = candidate(store, 'one');
    await elector.acquire(running());
    store.lease = undefined;
    const create = store.create.bind(store);
    const creating = jest.spyOn(store, 'create').mockImplementation(async (...call) => {
      await candidate(trusted({ create, get: async () => store.lease }), 'two').acquire(running());
      return await create(...call);
    });
    const renewing = jest.spyOn(store, 'replace');
    await expect(elector.hold(running())).rejects.toBeInstanceOf(LeaseLostError);
    // In one attempt: it has none to renew, cannot make it, and looks who has.
    expect([renewing.mock.calls.length, creating.mock.calls.length]).toEqual([1, 1]);
    expect(store.spec['holderIdentity']).toBe('two');
  });

  it('takes the lease of a dead holder although somebody keeps labelling it', async () => {
    const store = new LeaseStore();
    await candidate(store, 'one').acquire(running());
    const clock = { nowMs: 0 };
    let looks = 0;
    const read = store.get.bind(store);
    store.get = async () => {
      looks += 1;
      clock.nowMs += 5_000;
      store.lease = { ...store.lease!, metadata: { ...store.lease!.metadata, resourceVersion: `labelled-${looks}` } };
      return await read();
    };
    await candidate(store, 'two', clock).acquire(AbortSignal.timeout(4_000));
    expect(looks).toBe(4);
  });

  it.each([
    ['a lease no longer than its renewal may take', { leaseDurationMs: 10_000 }],
    ['no time for a second attempt', { retryPeriodMs: 9_000 }],
    ['attempts without a pause', { retryPeriodMs: 0 }],
    ['no identity', { identity: '' }],
  ])('refuses %s', (_, times) => {
    const options = { client: new LeaseStore(), namespace: 'n', name: 'lease', identity: 'one' };
    expect(() => new LeaderElector({ ...options, logger: new KeepingLogger(), ...times })).toThrow(RangeError);
  });

  it('writes by a name that the API takes, however long its identity is', async () => {
    const store = new LeaseStore();
    const create = jest.spyOn(store, 'create');
    const identity = 'p'.repeat(253);
    await candidate(store, identity).acquire(running());
    expect(store.spec['holderIdentity']).toBe(identity);
    expect(create.mock.calls[0]).toHaveProperty('3', 'p'.repeat(128));
  });

  it('gives the lease up, so that the next one need not wait', async () => {
    const store = new LeaseStore();
    const first = candidate(store, 'one');
    await first.acquire(running());
    await first.release();
    expect(store.spec['holderIdentity']).toBeUndefined();
    await candidate(store, 'two').acquire(running());
    expect(store.spec['holderIdentity']).toBe('two');
  });

  it('does not give up what it does not hold', async () => {
    const store = new LeaseStore();
    await candidate(store, 'one').acquire(running());
    await candidate(store, 'two').release();
    expect(store.spec['holderIdentity']).toBe('one');
  });

  it('gives the lease up also when the answer to its last renewal never came', async () => {
    const store = new LeaseStore();
    const first = candidate(store, 'one');
    await first.acquire(running());
    const metadata = { ...store.lease!.metadata, resourceVersion: 'renewed' };
    store.lease = { ...store.lease!, metadata };
    await first.release();
    expect(store.spec['holderIdentity']).toBeUndefined();
  });

  it('gives the lease up at a second attempt when the first one fails, whether or not it was written', async () => {
    for (const isWritten of [true, false]) {
      const store = new LeaseStore();
      const first = candidate(store, 'one');
      await first.acquire(running());
      const replace = store.replace.bind(store);
      store.replace = async (...write) => {
        store.replace = replace;
        if (isWritten) await replace(...write);
        throw new Error('timed out');
      };
      const { writes } = store;
      await first.release();
      expect(store.spec['holderIdentity']).toBeUndefined();
      expect(store.writes - writes).toBe(1);
    }
  });

  it.each<[string, ApiError | Error, number, number]>([
    ['a second time when the first attempt fails at once', new Error('unreachable'), 0, 2],
    ['once when the first attempt has taken as long as a renewal may', new Error('timed out'), 10_000, 1],
    ['once when somebody has deleted it', new ApiError('update', 404, '{}'), 0, 1],
  ])('tries to give the lease up %s', async (_, error, tookMs, attempts) => {
    const store = new LeaseStore();
    const clock = { nowMs: 0 };
    const first = candidate(store, 'one', clock);
    await first.acquire(running());
    const replace = jest.spyOn(store, 'replace').mockImplementation(async () => {
      clock.nowMs += tookMs;
      throw error;
    });
    await first.release();
    expect(replace).toHaveBeenCalledTimes(attempts);
  });

  it('leaves the lease to expire when it cannot be given up', async () => {
    const store = new LeaseStore();
    const first = candidate(store, 'one');
    await first.acquire(running());
    store.isDown = true;
    await first.release();
    expect(store.spec['holderIdentity']).toBe('one');
  });

  it('does not take the lease again when a renewal that was under way fails after it was given up', async () => {
    const store = new LeaseStore();
    const elector = candidate(store, 'one');
    await elector.acquire(running());
    const replace = store.replace.bind(store);
    const arrived = Promise.withResolvers<void>();
    const answering = Promise.withResolvers<void>();
    store.replace = async () => {
      arrived.resolve();
      await answering.promise;
      throw new ApiError('update', 409, '{}');
    };
    const stop = new AbortController();
    const holding = elector.hold(stop.signal);
    await arrived.promise;
    stop.abort();
    await holding;
    store.replace = replace;
    await elector.release();
    answering.resolve();
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(store.spec['holderIdentity']).toBeUndefined();
  });

  it('is lost at the deadline although a renewal still waits for its answer', async () => {
    const store = new LeaseStore();
    const clock = { nowMs: 0 };
    const elector = candidate(store, 'one', clock);
    await elector.acquire(running());
    store.replace = async () => await new Promise(() => undefined);
    const holding = elector.hold(running()).catch((error: unknown) => error);
    clock.nowMs = 9_999;
    elector.assertLeads();
    clock.nowMs = 10_000;
    expect(() => elector.assertLeads()).toThrow(LeaseLostError);
    expect(await holding).toBeInstanceOf(LeaseLostError);
  });

  it('neither loses nor takes a lease by a jump of the wall clock', async () => {
    const store = new LeaseStore();
    const logger = new KeepingLogger();
    const shared = { client: store, namespace: 'n', name: 'lease', logger, retryPeriodMs: 1 };
    const leader = new LeaderElector({ ...shared, identity: 'one' });
    await leader.acquire(running());
    const stop = new AbortController();
    const holding = leader.hold(stop.signal);
    const waiting = new LeaderElector({ ...shared, identity: 'two' }).acquire(stop.signal).catch(() => 'waited');
    const yearMs = 365 * 24 * 3_600_000;
    for (const jumpMs of [yearMs, -yearMs]) {
      const jumped = jest.spyOn(Date, 'now').mockReturnValue(Date.now() + jumpMs);
      const { writes } = store;
      await until(() => store.writes > writes + 5);
      leader.assertLeads();
      jumped.mockRestore();
    }
    stop.abort();
    await holding;
    expect(await waiting).toBe('waited');
    expect(store.spec).toMatchObject({ holderIdentity: 'one', leaseTransitions: 0 });
  });
});
