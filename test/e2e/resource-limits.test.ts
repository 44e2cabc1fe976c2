import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { connect, TickStormError } from '@tick-storm/client';
import type { TickStormClient } from '@tick-storm/client';
import { readFileSync } from 'node:fs';
import { waitFor } from '../cluster/wait.ts';
import { readCredentials } from '../install/credentials.ts';
import type { Credentials } from '../install/credentials.ts';
import { PATIENCE_MS, awaitReady, createNamespace } from './live-tick-storm.ts';
import { testCluster } from './test-cluster.ts';
import { Witness } from './witness.ts';

jest.setTimeout(2 * PATIENCE_MS);

const GIB = 1_073_741_824;
const RATE_LIMITED = 12;

const namespace = 'e2e-resource-limits';
const inNamespace = `--namespace=${namespace}`;
const { kubectl } = testCluster();

/** One pod in a container of 2 GiB and 2 CPUs, of which little is reserved, so that it finds a place. */
const tickStorm = (name: string, spec: object): object => ({
  apiVersion: 'tickstorm.io/v1alpha1',
  kind: 'TickStorm',
  metadata: { name, namespace },
  spec: {
    replicas: 1,
    autoscaling: { mode: 'Disabled' },
    resources: { limits: { cpu: '2000m', memory: '2Gi' }, requests: { cpu: '100m', memory: '128Mi' } },
    quota: { mode: 'None' },
    limitRange: { mode: 'None' },
    service: { type: 'ClusterIP' },
    server: { drainSeconds: 1 },
    ...spec,
  },
});

/** What /stats tells of a pod's resources. */
interface Stats {
  readonly resources: readonly { resource: string; used: number; limit: number; isBreached: boolean }[];
  readonly memory: { container?: { workingSet: number; sockets: number | 'unknown' }; processBytes: number };
  readonly limits: readonly {
    process: string;
    limits: readonly { limit: string; asked?: number; granted: number | 'unlimited'; reason?: string }[];
  }[];
}

interface Pod {
  readonly metadata: { readonly name: string };
  readonly status: {
    readonly podIP: string;
    readonly conditions: readonly { readonly type: string; readonly status: string }[];
    readonly containerStatuses: readonly { readonly restartCount: number }[];
  };
}

/** A pod of a TickStorm, reached without a Service between. */
class LivePod {
  readonly #name: string;
  readonly #credentials: Credentials;
  #address = '';

  private constructor(name: string, credentials: Credentials) {
    this.#name = name;
    this.#credentials = credentials;
  }

  static async of(name: string): Promise<LivePod> {
    await awaitReady(kubectl, namespace, name);
    const pod = new LivePod(name, await readCredentials(kubectl, namespace, name));
    pod.#address = (await pod.read()).status.podIP;
    return pod;
  }

  async read(): Promise<Pod> {
    const { items } = await kubectl.get<{ items: Pod[] }>('pods', `--selector=app=${this.#name}`, inNamespace);
    expect(items).toHaveLength(1);
    return items[0]!;
  }

  /** The JSON lines that it has logged. */
  async log(): Promise<Readonly<Record<string, unknown>>[]> {
    const { metadata } = await this.read();
    const lines = (await kubectl.run(['logs', metadata.name, inNamespace])).split('\n');
    return lines.filter((line) => line.startsWith('{')).map((line) => JSON.parse(line) as Record<string, unknown>);
  }

  logged(message: string): Promise<Readonly<Record<string, unknown>>> {
    return waitFor(async () => (await this.log()).find((entry) => entry['message'] === message), {
      what: `the line "${message}"`,
      timeoutMs: PATIENCE_MS,
      intervalMs: 500,
    });
  }

  async stats(): Promise<Stats> {
    return (await (await fetch(`http://${this.#address}:9090/stats`)).json()) as Stats;
  }

  /** Resolves once the client is authenticated; rejects with the server's words when it is refused. */
  async open(): Promise<TickStormClient> {
    const client = connect({ address: `${this.#address}:8080`, ...this.#credentials, reconnect: false });
    opened.push(client);
    await client.ready();
    return client;
  }
}

/** Open files that a process of this machine may have; the pods' hard limit is the same. */
function hardLimitOfFiles(): number {
  const [, hard] = /^Max open files\s+\S+\s+(\S+)/m.exec(readFileSync('/proc/self/limits', 'utf8'))!;
  return hard === 'unlimited' ? Infinity : Number(hard);
}

const opened: TickStormClient[] = [];
afterEach(async () => {
  for (const client of opened.splice(0)) await client.close();
});

beforeAll(async () => {
  await createNamespace(kubectl, namespace);
  await kubectl.apply(
    tickStorm('guide', {
      processLimits: { openFiles: 65_536, memoryBytes: 1.5 * GIB, cpuTimeSeconds: 7_200, stackBytes: 8_388_608 },
      runtime: { workers: 2, heapMegabytes: 1_400 },
    }),
  );
  await kubectl.apply(tickStorm('narrow', { processLimits: { openFiles: 96 } }));
});

afterAll(async () => {
  await kubectl.run(['delete', 'namespace', namespace, '--ignore-not-found', '--wait=false']);
});

describe('a pod of 2 GiB and 2 CPUs with the limits of the guide', () => {
  it('is sized after its container, is granted every limit, and has room', async () => {
    const pod = await LivePod.of('guide');
    expect(await pod.logged('sized after the container')).toMatchObject({
      container_cpus: 2,
      container_memory_bytes: 2 * GIB,
      workers: 2,
      memory_limit_bytes: 2 * GIB,
      memory_ceiling_bytes: 1.5 * GIB,
      // 1400 MiB for a supervisor and two workers.
      worker_heap_mib: 466,
    });
    const client = await pod.open();
    const witness = new Witness(client);
    const stats = await waitFor(
      async () => {
        const read = await pod.stats();
        return read.limits.length === 3 && read.memory.container !== undefined && read;
      },
      { what: 'what each process has got', timeoutMs: PATIENCE_MS },
    );
    await witness.finish();

    const logged = (await pod.log()).filter(({ message }) =>
      ['process limit', 'file descriptor limit'].includes(String(message)),
    );
    for (const { process, limits } of stats.limits) {
      const of = (name: string): unknown => limits.find(({ limit }) => limit === name);
      const granted = Math.min(65_536, hardLimitOfFiles());
      const why = granted < 65_536 && { reason: `the hard limit is ${granted} and may not be raised` };
      expect(of('open_files')).toEqual({ limit: 'open_files', asked: 65_536, granted, ...why });
      expect(of('stack')).toEqual({ limit: 'stack', asked: 8_388_608, granted: 8_388_608 });
      expect(of('core')).toEqual({ limit: 'core', asked: 0, granted: 0 });
      // 1.5 GiB on top of what V8 maps before the first line runs.
      const memory = limits.find(({ limit }) => limit === 'data_memory')!;
      expect(memory).toEqual({ limit: 'data_memory', asked: memory.granted, granted: memory.granted });
      expect(memory.granted).toBeGreaterThan(1.5 * GIB);
      if (process === 'worker') expect(of('cpu_time')).toEqual({ limit: 'cpu_time', asked: 7_200, granted: 7_200 });
      for (const each of limits) {
        if (each.asked !== undefined) expect(logged).toContainEqual(expect.objectContaining({ process, ...each }));
      }
    }
    expect(stats.limits.map(({ process }) => process)).toEqual(['supervisor', 'worker', 'worker']);

    expect(stats.resources.map(({ resource }) => resource).sort()).toEqual([
      'connections',
      'descriptors',
      'event_loop_lag',
      'memory',
      'stream_delay',
    ]);
    expect(stats.resources.filter(({ isBreached }) => isBreached)).toEqual([]);
    // Three processes of Node have more than that, and far less than the container.
    const { container, processBytes } = stats.memory;
    expect(processBytes).toBeGreaterThan(48 * 1_048_576);
    expect(container!.workingSet).toBeGreaterThanOrEqual(48 * 1_048_576);
    expect(container!.workingSet).toBeLessThan(GIB);
  });
});

describe('a pod at its limit of descriptors', () => {
  it('refuses new clients, keeps the one that is there and its readiness, and recovers', async () => {
    const pod = await LivePod.of('narrow');
    // Nothing is said of its size: the server makes the same of the container.
    expect(await pod.logged('sized after the container')).toMatchObject({
      container_memory_bytes: 2 * GIB,
      workers: 2,
      memory_ceiling_bytes: 1.5 * GIB,
      worker_heap_mib: 525,
    });
    const witness = new Witness(await pod.open());
    const crowd: TickStormClient[] = [];
    const fill = async (): Promise<never> => {
      for (;;) crowd.push(await pod.open());
    };
    const refusal = await fill().catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(TickStormError);
    expect((refusal as TickStormError).server).toMatchObject({ code: RATE_LIMITED });
    expect(crowd.length).toBeGreaterThan(20);

    expect(await pod.logged('file descriptor usage breach detected')).toMatchObject({
      event: 'resource breach',
      resource: 'descriptors',
      limit: 96,
      action: 'refusing new connections',
    });
    await pod.logged('rejected connection due to resource breach');
    const { status } = await pod.read();
    expect(status.conditions).toContainEqual(expect.objectContaining({ type: 'Ready', status: 'True' }));

    for (const client of crowd) await client.close();
    await pod.logged('all resource breaches cleared - accepting new connections');
    await (await pod.open()).close();
    await witness.finish();
    const first = witness.sequences[0]!;
    expect(witness.sequences).toEqual(witness.sequences.map((_, index) => first + index));
    expect((await pod.read()).status.containerStatuses[0]?.restartCount).toBe(0);
  });
});
