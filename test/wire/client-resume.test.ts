import { afterEach, describe, expect, it } from '@jest/globals';
import type {
  ConnectOptions,
  Gap,
  StateChange,
  Subscription,
  Tick,
  TickStormClient,
  TickStormError,
} from '@tick-storm/client';
import { take } from '@tick-storm/client/testing/take';
import { readFile } from 'node:fs/promises';
import { client, closeClients } from './client-library.ts';
import { eventually } from './eventually.ts';
import { ServerProcess } from './server-process.ts';
import { Switchboard } from './switchboard.ts';
import { TestAuthority } from './test-authority.ts';

const stops: (() => unknown)[] = [];
afterEach(async () => {
  await closeClients();
  await Promise.all(stops.splice(0).map((stop) => stop()));
});

async function start(env: Record<string, string> = {}): Promise<ServerProcess> {
  const server = await ServerProcess.start({ DRAIN_SECONDS: '3', ...env });
  stops.push(() => server.stop());
  return server;
}

/** A client with everything that it tells. */
interface Watched {
  client: TickStormClient;
  gaps: Gap[];
  states: StateChange['state'][];
  errors: Error[];
}

function watch(where: { port: number }, options: Partial<ConnectOptions> = {}): Watched {
  const made = client(where, { reconnect: { baseDelayMs: 20, maxDelayMs: 100 }, ...options });
  const watched: Watched = { client: made, gaps: [], states: [], errors: [] };
  made.on('gap', (gap) => watched.gaps.push(gap));
  made.on('state', ({ state }) => watched.states.push(state));
  made.on('error', (error) => watched.errors.push(error));
  return watched;
}

/** Live ticks until one of `sequence` or later has come. */
async function takeUpTo(ticks: Subscription, sequence: number): Promise<Tick[]> {
  const taken: Tick[] = [];
  while ((taken.at(-1)?.sequence ?? 0) < sequence) taken.push(...(await take(ticks, 1)));
  return taken.filter(({ isSnapshot }) => !isSnapshot);
}

const numbers = (ticks: readonly Tick[]): number[] => ticks.map(({ sequence }) => sequence!);

function consecutive(first: number, last: number): number[] {
  return Array.from({ length: last - first + 1 }, (_, index) => first + index);
}

describe('the client library over a change of servers', () => {
  it.each<['is killed' | 'drains', NodeJS.Signals, StateChange['state'][]]>([
    ['is killed', 'SIGKILL', ['waiting', 'connecting', 'ready', 'subscribed']],
    ['drains', 'SIGTERM', ['subscribed']],
  ])(
    'has every tick once, in order, all of them and those of some symbols, when its server %s',
    async (_, signal, states) => {
      const [leaving, other] = [await start({ INSTANCE_ID: 'a' }), await start({ INSTANCE_ID: 'b' })];
      const board = await Switchboard.start(leaving.port);
      stops.push(() => board.stop());
      const [full, some] = [watch(board), watch(board)];
      const symbols = new Set(['AAPL', 'MSFT', 'META']);
      const [fullTicks, someTicks] = [full.client.subscribe(), some.client.subscribe({ symbols: ['AAPL', 'M*'] })];
      const seenFull = await takeUpTo(fullTicks, 1);
      const seenSome = await takeUpTo(someTicks, 1);
      board.target = other.port;
      leaving.signal(signal);
      for (const { client: moving } of [full, some]) {
        await eventually('the other server to serve', () => moving.server?.instance === 'b');
      }
      const last = seenFull[0]!.sequence! + 1_000;
      seenFull.push(...(await takeUpTo(fullTicks, last)));
      seenSome.push(...(await takeUpTo(someTicks, last)));
      const [first, end] = [seenSome[0]!.sequence!, Math.min(seenFull.at(-1)!.sequence!, seenSome.at(-1)!.sequence!)];
      expect(numbers(seenFull)).toEqual(consecutive(seenFull[0]!.sequence!, seenFull.at(-1)!.sequence!));
      const within = ({ sequence }: Tick): boolean =>
        sequence! >= Math.max(first, seenFull[0]!.sequence!) && sequence! <= end;
      const expected = seenFull.filter(within).filter(({ symbol }) => symbols.has(symbol));
      expect(seenSome.filter(within)).toEqual(expected);
      expect(expected.length).toBeGreaterThan(100);
      for (const watched of [full, some]) {
        expect(watched.gaps).toEqual([]);
        expect(watched.states).toEqual(['ready', 'subscribed', ...states]);
        expect(watched.errors.length > 0).toBe(signal === 'SIGKILL');
      }
    },
  );

  it('goes on in the same way on a server that comes back', async () => {
    const first = await start();
    const watched = watch(first);
    const ticks = watched.client.subscribe();
    const seen = await takeUpTo(ticks, 1);
    await first.stop();
    await start({ LISTEN_ADDR: `127.0.0.1:${first.port}` });
    seen.push(...(await takeUpTo(ticks, seen[0]!.sequence! + 600)));
    expect(numbers(seen)).toEqual(consecutive(seen[0]!.sequence!, seen.at(-1)!.sequence!));
    expect(watched.gaps).toEqual([]);
  });

  it('tells exactly what is older than the history, and has everything after it', async () => {
    // Far less than the 25 s that the position lies back, and far more than the clients take to come.
    const server = await start({ HISTORY_WINDOW: '10s' });
    const probe = watch(server).client.subscribe();
    const [{ epoch, sequence } = {}] = await takeUpTo(probe, 1);
    const from = { epoch: epoch!, sequence: sequence! - 5_000 };
    const [full, some] = [watch(server), watch(server)];
    const fullTicks = full.client.subscribe({ from });
    const someTicks = some.client.subscribe({ from, symbols: ['TSLA'] });
    const seen = await takeUpTo(fullTicks, sequence! + 50);
    expect(numbers(seen)).toEqual(consecutive(seen[0]!.sequence!, seen.at(-1)!.sequence!));
    expect(seen[0]!.sequence).toBeLessThanOrEqual(sequence!);
    const gap = { reason: 'history', epoch, fromSequence: from.sequence + 1, newEpoch: undefined };
    const toSequence = seen[0]!.sequence! - 1;
    expect(full.gaps).toEqual([{ ...gap, toSequence, missingTicks: toSequence - from.sequence }]);
    const [firstOfSome] = await takeUpTo(someTicks, sequence!);
    expect(some.gaps).toEqual([{ ...gap, toSequence: expect.any(Number), missingTicks: undefined }]);
    // Of 20 symbols each ticks once a round: the last one missing is the one a round before the first that came.
    expect(some.gaps[0]!.toSequence).toBe(firstOfSome!.sequence! - 20);
  });

  it('throws where to start when its position lies beyond what the server has, and can begin there', async () => {
    const server = await start();
    const [{ epoch, sequence } = {}] = await takeUpTo(watch(server).client.subscribe(), 1);
    const from = { epoch: epoch!, sequence: sequence! * 2 };
    const error = await watch(server, { reconnect: false })
      .client.subscribe({ from })
      .next()
      .catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ server: { code: 14, epoch, earliestSequence: expect.any(Number) } });
    const { earliestSequence } = (error as TickStormError).server!;
    expect(earliestSequence).toBeLessThan(sequence!);
    const watched = watch(server);
    const ticks = watched.client.subscribe({ from: { epoch: epoch!, sequence: earliestSequence! - 1 } });
    expect(numbers(await take(ticks, 1))).toEqual([earliestSequence]);
    expect(watched.gaps).toEqual([]);
  });

  it('tells where the numbering ends and another one begins, and goes on there', async () => {
    const first = await start({ FEED_SEED: '1' });
    const watched = watch(first);
    const ticks = watched.client.subscribe();
    const before = await takeUpTo(ticks, 1);
    await first.stop();
    await start({ LISTEN_ADDR: `127.0.0.1:${first.port}`, FEED_SEED: '2' });
    const all = [...before];
    while (all.at(-1)!.epoch === before[0]!.epoch) all.push(...(await take(ticks, 1)));
    const firstOfNew = all.pop()!;
    const lastOfOld = all.at(-1)!;
    expect(watched.gaps).toEqual([
      {
        reason: 'epoch',
        epoch: lastOfOld.epoch,
        fromSequence: lastOfOld.sequence! + 1,
        toSequence: undefined,
        missingTicks: undefined,
        newEpoch: { epoch: firstOfNew.epoch, sequence: firstOfNew.sequence! - 1 },
      },
    ]);
    const after = [firstOfNew, ...(await take(ticks, 500))];
    expect(numbers(after)).toEqual(consecutive(firstOfNew.sequence!, firstOfNew.sequence! + 500));
  });

  it('begins at a time, and a new client goes on where another one ended', async () => {
    const server = await start();
    const startTimeMs = Date.now() - 20_000;
    const first = watch(server).client;
    const ticks = first.subscribe({ startTimeMs, symbols: ['AAPL'] });
    const seen = await take(ticks, 50);
    expect(seen[0]!.timestampMs).toBeGreaterThanOrEqual(startTimeMs);
    expect(seen[0]!.timestampMs).toBeLessThan(startTimeMs + 1_000);
    const { epoch, sequence } = ticks.position;
    expect(sequence).toBe(seen.at(-1)!.sequence);
    await first.close();
    const second = watch(server);
    seen.push(
      ...(await take(second.client.subscribe({ from: { epoch: epoch!, sequence: sequence! }, symbols: ['AAPL'] }), 50)),
    );
    expect(numbers(seen)).toEqual(seen.map((_, index) => seen[0]!.sequence! + index * 20));
    expect(second.gaps).toEqual([]);
  });

  it('with a consumer that is slow is closed, comes back when there is room, and has lost nothing', async () => {
    const server = await start({
      FEED_TICK_INTERVAL_MS: '5',
      MAX_WRITE_QUEUE_AGE_MS: '1000',
      WRITE_DEADLINE_MS: '60000',
      TCP_WRITE_BUFFER_SIZE: '4096',
    });
    const watched = watch(server, { bufferTicks: 1_000 });
    const ticks = watched.client.subscribe();
    const seen = await takeUpTo(ticks, 1);
    await eventually('the server to close it', async () => {
      return (await server.metrics()).value('tick_storm_connections_closed_total', { reason: 'write_queue_age' }) > 0;
    });
    seen.push(...(await takeUpTo(ticks, seen[0]!.sequence! + 12_000)));
    expect(numbers(seen)).toEqual(consecutive(seen[0]!.sequence!, seen.at(-1)!.sequence!));
    expect(watched.gaps).toEqual([]);
    expect(watched.states).toContain('waiting');
  });
});

describe('the client library over TLS', () => {
  it('trusts what it is told to, shows its certificate, and asks for both anew at each connection', async () => {
    const authority = await TestAuthority.create();
    stops.push(() => authority.remove());
    await authority.issue('server');
    await authority.issue('client');
    const read = (name: string): Promise<string> => readFile(authority.file(name), 'utf8');
    const [ca, cert, key] = await Promise.all([read('ca.crt'), read('client.crt'), read('client.key')]);
    const env = {
      TLS_ENABLED: 'true',
      TLS_CERT_FILE: authority.file('server.crt'),
      TLS_KEY_FILE: authority.file('server.key'),
      TLS_CLIENT_AUTH: 'require',
      TLS_CA_FILE: authority.file('ca.crt'),
    };
    const server = await start(env);
    await expect(watch(server, { tls: true }).client.ready()).rejects.toThrow('self-signed certificate');
    await expect(watch(server, { tls: { ca } }).client.ready()).rejects.toMatchObject({ kind: 'connect' });
    await expect(watch(server, { tls: { ca: 'no PEM', cert: 'x', key: 'y' } }).client.ready()).rejects.toMatchObject({
      kind: 'connect',
    });

    let asked = 0;
    const watched = watch(server, {
      tls: () => {
        asked += 1;
        return { ca, cert, key };
      },
    });
    const ticks = watched.client.subscribe();
    const seen = await takeUpTo(ticks, 1);
    await server.stop();
    await start({ ...env, LISTEN_ADDR: `127.0.0.1:${server.port}` });
    seen.push(...(await takeUpTo(ticks, seen[0]!.sequence! + 600)));
    expect(numbers(seen)).toEqual(consecutive(seen[0]!.sequence!, seen.at(-1)!.sequence!));
    expect(watched.gaps).toEqual([]);
    expect(asked).toBeGreaterThanOrEqual(2);
  });
});
