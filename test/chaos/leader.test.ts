import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { ChaosBed } from './chaos-bed.ts';
import { settled } from './end-state.ts';
import { isWorkWrite } from './fault.ts';
import type { FaultProxy } from './fault-proxy.ts';
import type { OperatorProcess } from './operator-process.ts';
import { podless } from './tick-storms.ts';

jest.setTimeout(300_000);

const EX_UNAVAILABLE = 69;
const bed = new ChaosBed();
afterEach(() => bed.clear());

interface Candidate {
  readonly operator: OperatorProcess;
  readonly proxy: FaultProxy;
}

/** Two operators of one lease; the first leads, the second waits with its caches complete. */
async function leaderAndStandby(namespace: string): Promise<readonly [Candidate, Candidate]> {
  const release = { namespace, watchNamespaces: [namespace], environment: { LEADER_ELECTION: 'true' } };
  const candidate = async (name: string): Promise<Candidate> => {
    const proxy = await bed.proxy();
    return { proxy, operator: await bed.operator(`${namespace}-${name}`, proxy, release) };
  };
  const leader = await candidate('first');
  await leader.operator.logged('leading');
  const standby = await candidate('second');
  await standby.operator.logged('operator started');
  return [leader, standby];
}

/** When the API server was asked to write, by what led to a write of the operator's work. */
const writesOf = ({ proxy }: Candidate): readonly number[] =>
  proxy.passed.filter((passed) => isWorkWrite(passed)).map(({ sentMs }) => sentMs);

/** Makes work at once, and waits until it is done. */
async function settle(namespace: string, name: string): Promise<void> {
  await bed.kubectl.apply(podless(namespace, name), ['--server-side']);
  await settled(bed.kubectl, namespace);
}

function expectOneWriterAtATime(first: Candidate, second: Candidate): void {
  const [before, after] = [writesOf(first), writesOf(second)];
  expect(before.length).toBeGreaterThan(0);
  expect(after.length).toBeGreaterThan(0);
  expect(Math.max(...before)).toBeLessThan(Math.min(...after));
}

describe('of two operators one writes at a time', () => {
  it('when the leader gets SIGTERM: the other leads within 3 s', async () => {
    const namespace = await bed.namespace('leader-sigterm');
    const [leader, standby] = await leaderAndStandby(namespace);
    await settle(namespace, 'a');
    const askedMs = performance.now();
    const ending = leader.operator.end('SIGTERM');
    await standby.operator.logged('leading');
    const tookMs = performance.now() - askedMs;
    expect(await ending).toBe(0);
    await settle(namespace, 'b');
    expectOneWriterAtATime(leader, standby);
    process.stderr.write(`fail-over after SIGTERM: ${Math.round(tookMs)} ms\n`);
    expect(tookMs).toBeLessThan(3_000);
  });

  it('when the leader gets SIGTERM while a reconcile hangs: it is cut short, and the lease given up', async () => {
    const namespace = await bed.namespace('leader-hanging');
    const [leader, standby] = await leaderAndStandby(namespace);
    await settle(namespace, 'a');
    const hanging = Promise.withResolvers<void>();
    leader.proxy.fault = (request) => {
      if (!isWorkWrite(request)) return undefined;
      hanging.resolve();
      return { kind: 'stall', afterBytes: 0 };
    };
    await bed.kubectl.apply(podless(namespace, 'b'), ['--server-side']);
    await hanging.promise;
    const askedMs = performance.now();
    const ending = leader.operator.end('SIGTERM');
    await standby.operator.logged('leading');
    const tookMs = performance.now() - askedMs;
    expect(await ending).toBe(0);
    await settled(bed.kubectl, namespace);
    expectOneWriterAtATime(leader, standby);
    process.stderr.write(`fail-over after SIGTERM with a hanging reconcile: ${Math.round(tookMs)} ms\n`);
    expect(tookMs).toBeLessThan(3_500);
  });

  it('when the leader is cut off from the API server: it ends before the other leads', async () => {
    const namespace = await bed.namespace('leader-cut-off');
    const [leader, standby] = await leaderAndStandby(namespace);
    await settle(namespace, 'a');
    leader.proxy.disconnect();
    const order: string[] = [];
    const ended = leader.operator.exited.then((code) => order.push(`ended with ${code}`));
    await standby.operator.logged('leading');
    order.push('other leads');
    await ended;
    expect(order).toEqual([`ended with ${EX_UNAVAILABLE}`, 'other leads']);
    leader.proxy.reconnect();
    await settle(namespace, 'b');
    expectOneWriterAtATime(leader, standby);
  });

  it('when the leader is stopped for longer than its lease and goes on: it writes nothing more', async () => {
    const namespace = await bed.namespace('leader-stopped');
    const [leader, standby] = await leaderAndStandby(namespace);
    await settle(namespace, 'a');
    leader.operator.signal('SIGSTOP');
    // Work for it to find when it goes on.
    await bed.kubectl.apply(podless(namespace, 'b'), ['--server-side']);
    await standby.operator.logged('leading');
    await settled(bed.kubectl, namespace);
    leader.operator.signal('SIGCONT');
    expect(await leader.operator.exited).toBe(EX_UNAVAILABLE);
    expectOneWriterAtATime(leader, standby);
  });

  it('when the leader is killed: the other leads once the lease has expired', async () => {
    const namespace = await bed.namespace('leader-killed');
    const [leader, standby] = await leaderAndStandby(namespace);
    await settle(namespace, 'a');
    const askedMs = performance.now();
    await leader.operator.end('SIGKILL');
    await standby.operator.logged('leading');
    process.stderr.write(`fail-over after SIGKILL: ${Math.round(performance.now() - askedMs)} ms\n`);
    await settle(namespace, 'b');
    expectOneWriterAtATime(leader, standby);
  });
});
