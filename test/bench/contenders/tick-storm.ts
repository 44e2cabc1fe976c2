import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Child } from '../child.ts';
import { FRAME_BYTES } from '../frame-bytes.ts';
import { contenderCpus, placed, type Placement } from '../placement.ts';
import { processTree } from '../process-usage.ts';
import type { Certificate, Contender, Load, Running } from './contender.ts';

/** Bytes of one tick in a batch of the built-in feed, with symbols of four characters. */
const TICK_BYTES = 57;

const flushTracer = join(dirname(fileURLToPath(import.meta.url)), 'flush-tracer.mjs');

export const CREDENTIALS = { user: 'bench', password: 'bench' } as const;

/**
 * Our server, as its image runs it: the bundle with the heap and worker settings that follow from the machine. Every
 * `intervalUs` all symbols tick once and make one frame of about `frameBytes`.
 * @param bundle path of the server's bundle
 */
export function tickStorm(bundle: string, placement: Placement, tlsFiles: Certificate): Contender {
  return {
    name: 'tick-storm',
    protocol: 'tick',
    async start(load: Load): Promise<Running> {
      const folder = await mkdtemp(join(tmpdir(), 'tick-storm-bench-'));
      const trace = join(folder, 'flushes');
      const listening = Promise.withResolvers<{ port: number; metrics: string }>();
      const onLine = (line: string): void => {
        if (!line.startsWith('{')) return;
        const entry: unknown = JSON.parse(line);
        const clients: unknown = Reflect.get(Object(entry), 'clients');
        if (typeof clients !== 'string') return;
        const metrics = String(Reflect.get(Object(entry), 'metrics'));
        listening.resolve({ port: Number(/:(\d+)$/.exec(clients)?.[1]), metrics });
      };
      const image = await imageSettings();
      const env = { ...image.env, ...environment(load, tlsFiles), FLUSH_TRACE: trace };
      const command = [process.execPath, ...image.flags, `--import=${flushTracer}`, bundle];
      const child = new Child(placed(contenderCpus(placement, load), command), { env, onLine });
      void child.exited.then(() => listening.reject(new Error(`the server ended:\n${child.tail}`)));
      const { port, metrics } = await listening.promise;
      return {
        port,
        trace,
        pids: () => processTree(child.pid),
        begin: () => undefined,
        ended: () => endedConnections(metrics),
        async stop() {
          await child.stop();
          await rm(folder, { recursive: true, force: true });
        },
      };
    },
  };
}

/** @param address HOST:PORT of the server's metrics */
async function endedConnections(address: string): Promise<number> {
  const response = await fetch(`http://${address}/metrics`);
  const counts = (await response.text()).matchAll(/^tick_storm_connections_closed_total\{[^}]*\} (?<count>\S+)$/gm);
  return [...counts].reduce((total, { groups }) => total + Number(groups?.['count']), 0);
}

/** What the image sets: the engine's flags, and the environment. */
async function imageSettings(): Promise<{ flags: string[]; env: Record<string, string> }> {
  const file = await readFile(new URL('../../../Dockerfile.server', import.meta.url), 'utf8');
  const entry = /^ENTRYPOINT \["[^"]+", (?<flags>(?:"--[^"]+", )*)"[^"]+"\]$/m.exec(file);
  if (!entry) throw new Error('Dockerfile.server has no ENTRYPOINT of the form ["node", "--flag", "script"]');
  const flags = [...(entry.groups?.['flags'] ?? '').matchAll(/"(?<flag>[^"]+)"/g)].map(([, flag = '']) => flag);
  const variables = [...file.matchAll(/^ENV (?<name>\w+)=(?<value>\S+)$/gm)];
  const env = Object.fromEntries(variables.map(({ groups }) => [groups!['name']!, groups!['value']!]));
  return { flags, env };
}

/** How many ticks make a frame of about this size. */
export function ticksOf(frameBytes: number): number {
  return Math.max(1, Math.floor((frameBytes - FRAME_BYTES) / TICK_BYTES));
}

function environment({ frameBytes, intervalUs, settings, tls }: Load, tlsFiles: Certificate): Record<string, string> {
  const ticks = ticksOf(frameBytes);
  const symbols = Array.from({ length: ticks }, (_, index) => `S${String(index).padStart(3, '0')}`);
  // The feed's finest step is a millisecond: as fast as it can means a frame for each.
  const intervalMs = String(Math.max(1, Math.round(intervalUs / 1_000)));
  return {
    LISTEN_ADDR: '127.0.0.1:0',
    METRICS_ADDR: '127.0.0.1:0',
    AUTH_USERNAME: CREDENTIALS.user,
    AUTH_PASSWORD: CREDENTIALS.password,
    DRAIN_SECONDS: '0',
    LOG_LEVEL: 'info',
    FEED_SYMBOLS: symbols.join(','),
    FEED_TICK_INTERVAL_MS: intervalMs,
    FEED_CLOCK_ALLOWANCE_MS: '0',
    BATCH_WINDOW_MS: intervalMs,
    ...(tls ? { TLS_ENABLED: 'true', TLS_CERT_FILE: tlsFiles.certificate, TLS_KEY_FILE: tlsFiles.key } : {}),
    ...settings,
  };
}
