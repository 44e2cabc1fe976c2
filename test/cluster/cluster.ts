import { existsSync } from 'node:fs';
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { ensurePauseImage } from '../images/ensure-pause-image.ts';
import { MAX_NODES, addressPlan, nodeAddresses } from './addresses.ts';
import { ClusterApi } from './api.ts';
import { readRecord, writeRecord } from './cluster-record.ts';
import type { ClusterRecord, RunningNode } from './cluster-record.ts';
import { createCgroup, processesIn, removeCgroup } from './cgroups.ts';
import { corefile, corefilePath } from './control-plane-components.ts';
import { endNamespaces, isAlive, lastLines, startInNamespaces } from './namespace-process.ts';
import type { ProcessHandle } from './namespace-process.ts';
import { connectHost, connectNode, disconnectHost } from './network.ts';
import { isNodeReady } from './node-readiness.ts';
import type { NodeObject } from './node-readiness.ts';
import { nodeConfigFiles } from './node-config.ts';
import { clusterPackages, ensurePackages } from './packages.ts';
import { clusterPaths, clustersDirectory, nodePaths } from './paths.ts';
import { createControlPlaneCredentials, createNodeCredentials } from './pki.ts';
import type { Report } from './report.ts';
import { run } from './run.ts';
import { claimSlot, holdsSlot, releaseSlot } from './slots.ts';
import type { ClusterSpec, NodeSpec } from './spec.ts';
import { ensureTools } from './tools.ts';
import { waitFor } from './wait.ts';

export interface UpOptions {
  readonly name: string;
  /** 0: a control plane only; everything works but pods. */
  readonly nodes: number;
  readonly report: Report;
  /** The cluster ends with this process, however it ends. */
  readonly owned?: boolean;
  readonly signal?: AbortSignal;
}

export interface NodeStatus {
  readonly name: string;
  readonly zone: string;
  readonly ip: string;
  readonly running: boolean;
}

const namePattern = /^[a-z][a-z0-9-]{0,19}$/;

/** A real Kubernetes on this machine. Make one with {@link Cluster.up}, find a running one with {@link Cluster.find}. */
export class Cluster {
  readonly #owned: boolean;
  #record: ClusterRecord;

  private constructor(record: ClusterRecord, owned: boolean) {
    this.#record = record;
    this.#owned = owned;
  }

  get name(): string {
    return this.#record.spec.name;
  }

  /** The path of the administrator's kubeconfig. */
  get kubeconfig(): string {
    return this.#record.spec.paths.kubeconfig;
  }

  /** The host's interface to the cluster. */
  get hostInterface(): string {
    return this.#record.spec.addresses.hostInterface;
  }

  /** The path of a kubectl of the cluster's version. */
  get kubectl(): string {
    return this.#record.spec.tools.kubectl;
  }

  get logs(): string {
    return this.#record.spec.paths.logs;
  }

  /** Undefined when no cluster of that name runs. */
  static find(name: string): Cluster | undefined {
    requireName(name);
    const record = readRecord(name);
    return record?.controlPlane !== undefined && isAlive(record.controlPlane) ? new Cluster(record, false) : undefined;
  }

  static async running(): Promise<readonly Cluster[]> {
    const folders = await readdir(clustersDirectory()).catch(() => []);
    return folders.filter((name) => namePattern.test(name)).flatMap((name) => Cluster.find(name) ?? []);
  }

  /** Starts a cluster and resolves when its API and all its nodes are ready; on failure nothing of it is left. */
  static async up(options: UpOptions): Promise<Cluster> {
    const { name, nodes, report, signal } = options;
    requireName(name);
    if (!Number.isInteger(nodes) || nodes < 0 || nodes > MAX_NODES) {
      throw new RangeError(`a cluster has 0 to ${MAX_NODES} nodes, not ${nodes}`);
    }
    if (process.getuid?.() !== 0) throw new Error('only root can make the namespaces of a cluster: run this as root');
    if (Cluster.find(name) !== undefined) {
      throw new Error(`cluster "${name}" is running already; end it first: npm run cluster -- down --name ${name}`);
    }
    await ensurePackages(clusterPackages, report);
    const tools = await ensureTools(report);
    const pause = await ensurePauseImage(report);
    signal?.throwIfAborted();

    await Cluster.#cleanUp(name);
    const slot = await claimSlot(name, (other) => Cluster.find(other) !== undefined);
    const paths = clusterPaths(name);
    await rm(paths.logs, { recursive: true, force: true });
    for (const folder of [paths.state, paths.logs]) await mkdir(folder, { recursive: true });
    const spec: ClusterSpec = { name, addresses: addressPlan(slot), paths, tools };
    const cluster = new Cluster({ spec, nodes: [] }, options.owned ?? false);
    try {
      writeRecord(cluster.#record);
      await cluster.#startControlPlane(report, signal);
      const indexes = Array.from({ length: nodes }, (_, i) => i + 1);
      const specs = indexes.map((index) => cluster.#nodeSpec(index, pause.reference));
      cluster.#record = { ...cluster.#record, nodes: specs.map((node) => ({ spec: node })) };
      await cluster.#startNodes(specs, pause.archive, report, signal);
      return cluster;
    } catch (error) {
      await cluster.down();
      throw error;
    }
  }

  /** Ends everything and removes all but the logs. */
  async down(): Promise<void> {
    await Cluster.#cleanUp(this.name);
  }

  /** Ends what there is of a cluster, though its control plane may have died; false when there is nothing. */
  static async down(name: string): Promise<boolean> {
    requireName(name);
    if (readRecord(name) === undefined) return false;
    await Cluster.#cleanUp(name);
    return true;
  }

  nodes(): readonly NodeStatus[] {
    return this.#record.nodes.map(({ spec, process: handle }) => ({
      name: spec.name,
      zone: spec.zone,
      ip: spec.addresses.ip,
      running: handle !== undefined && isAlive(handle),
    }));
  }

  /** True when the API server answers that it is ready. */
  async isReady(): Promise<boolean> {
    return this.#api()
      .answers('/readyz')
      .catch(() => false);
  }

  /** Imports an image archive (OCI or Docker layout) into every node. */
  async load(archive: string): Promise<void> {
    if (!existsSync(archive)) throw new Error(`there is no image archive at ${archive}`);
    await Promise.all(this.#record.nodes.map(({ spec }) => importImage(spec, archive)));
  }

  /** Takes a node away at once, as a power failure would. */
  async killNode(name: string): Promise<void> {
    const node = this.#node(name);
    if (node.process !== undefined) await endNamespaces(node.process);
    await endStragglers(node.spec);
  }

  /** Brings a killed node back, with its disk as it was. */
  async startNode(name: string, report: Report): Promise<void> {
    const { spec } = this.#node(name);
    await createCgroup(spec.cgroup);
    const startedMs = Date.now();
    await this.#launchNode(spec);
    await this.#awaitNode(spec, report, undefined, startedMs);
  }

  async #startControlPlane(report: Report, signal: AbortSignal | undefined): Promise<void> {
    const { spec } = this.#record;
    await createControlPlaneCredentials(spec);
    await writeFile(corefilePath(spec), corefile(spec));
    const specFile = join(spec.paths.state, 'control-plane.json');
    await writeFile(specFile, JSON.stringify(spec));
    const log = join(spec.paths.logs, 'control-plane.log');
    const started = await startInNamespaces('control-plane.ts', [specFile], { log, owned: this.#owned });
    this.#record = { ...this.#record, controlPlane: { ...started.outer, innerPid: started.innerPid } };
    writeRecord(this.#record);
    await connectHost(spec.addresses, started.innerPid);
    const api = this.#api();
    await waitFor(async () => ended(started.outer) ?? api.answers('/readyz'), {
      what: 'the API server',
      timeoutMs: 120_000,
      signal,
    }).catch((error: unknown) => {
      throw withLog(error, join(spec.paths.logs, 'kube-apiserver.log'));
    });
    requireAlive(started.outer, log);
    report('the API server is ready');
  }

  /** Side by side. The first failure stops the others, and all have ended when it is told: none starts after a clean-up. */
  async #startNodes(
    specs: readonly NodeSpec[],
    pauseArchive: string,
    report: Report,
    signal: AbortSignal | undefined,
  ): Promise<void> {
    const failure = new AbortController();
    const stop = AbortSignal.any([failure.signal, ...(signal === undefined ? [] : [signal])]);
    let first: { readonly error: unknown } | undefined;
    await Promise.all(
      specs.map(async (spec) => {
        try {
          await this.#startNode(spec, pauseArchive, report, stop);
        } catch (error) {
          first ??= { error };
          failure.abort();
        }
      }),
    );
    if (first !== undefined) throw first.error;
  }

  async #startNode(spec: NodeSpec, pauseArchive: string, report: Report, signal: AbortSignal): Promise<void> {
    const cluster = this.#record.spec;
    await createCgroup(spec.cgroup);
    await mkdir(spec.paths.state, { recursive: true });
    await createNodeCredentials(cluster, spec);
    for (const [file, text] of nodeConfigFiles(cluster, spec)) {
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, text);
    }
    await writeFile(join(spec.paths.state, 'node.json'), JSON.stringify({ cluster, node: spec }));
    await this.#launchNode(spec);
    await waitFor(() => existsSync(spec.paths.containerdSocket), {
      what: `containerd of ${spec.name}`,
      timeoutMs: 30_000,
      signal,
    }).catch((error: unknown) => {
      throw withLog(error, join(spec.paths.logs, 'containerd.log'));
    });
    await importImage(spec, pauseArchive);
    await this.#awaitNode(spec, report, signal);
  }

  async #launchNode(spec: NodeSpec): Promise<void> {
    const started = await startInNamespaces('node.ts', [join(spec.paths.state, 'node.json')], {
      log: join(this.#record.spec.paths.logs, `${spec.name}.log`),
      owned: this.#owned,
    });
    const nodes = this.#record.nodes.map((node) =>
      node.spec.name === spec.name ? { spec, process: started.outer } : node,
    );
    this.#record = { ...this.#record, nodes };
    writeRecord(this.#record);
    const { controlPlane } = this.#record;
    await connectNode(this.#record.spec.addresses, spec, {
      controlPlane: controlPlane!.innerPid,
      node: started.innerPid,
    });
  }

  /** @param sinceMs a heartbeat before that is of the node's last life */
  async #awaitNode(spec: NodeSpec, report: Report, signal: AbortSignal | undefined, sinceMs = 0): Promise<void> {
    const api = this.#api();
    await waitFor(async () => isNodeReady(await api.get<NodeObject>(`/api/v1/nodes/${spec.name}`), sinceMs), {
      what: `${spec.name} to be Ready`,
      timeoutMs: 120_000,
      signal,
    }).catch((error: unknown) => {
      throw withLog(error, join(spec.paths.logs, 'kubelet.log'));
    });
    report(`${spec.name} is Ready (${spec.zone}, ${spec.addresses.ip})`);
  }

  #nodeSpec(index: number, pauseImage: string): NodeSpec {
    const { spec } = this.#record;
    const name = `node-${index}`;
    return {
      name,
      index,
      // zone-a, zone-b, …: a node a zone.
      zone: `zone-${String.fromCodePoint('a'.codePointAt(0)! + index - 1)}`,
      addresses: nodeAddresses(spec.addresses, index),
      paths: nodePaths(spec.paths, name),
      cgroup: `tick-storm-${spec.name}-${name}`,
      pauseImage,
    };
  }

  #node(name: string): RunningNode {
    const node = this.#record.nodes.find(({ spec }) => spec.name === name);
    if (node === undefined) throw new Error(`cluster "${this.name}" has no node "${name}"`);
    return node;
  }

  #api(): ClusterApi {
    return new ClusterApi(this.#record.spec, 'admin');
  }

  static async #cleanUp(name: string): Promise<void> {
    const record = readRecord(name);
    if (record === undefined) return;
    await Promise.all(record.nodes.map(async ({ process: handle }) => handle && (await endNamespaces(handle))));
    if (record.controlPlane !== undefined) await endNamespaces(record.controlPlane);
    for (const { spec } of record.nodes) await endStragglers(spec);
    await rm(record.spec.paths.state, { recursive: true, force: true });
    const { addresses } = record.spec;
    if (!holdsSlot(name, addresses.slot)) return;
    await disconnectHost(addresses);
    await releaseSlot(addresses.slot);
  }
}

function requireName(name: string): void {
  if (!namePattern.test(name)) {
    throw new Error(
      `"${name}" is no name for a cluster: it is 1 to 20 lower-case letters, digits and hyphens, a letter first`,
    );
  }
}

async function importImage(node: NodeSpec, archive: string): Promise<void> {
  await run('ctr', ['--address', node.paths.containerdSocket, '--namespace', 'k8s.io', 'images', 'import', archive]);
}

/** The kernel ends a dead namespace's processes one by one; their cgroups can go when the last one is gone. */
async function endStragglers(node: NodeSpec): Promise<void> {
  await waitFor(() => processesIn(node.cgroup).length === 0, {
    what: `the processes of ${node.name} to end`,
    timeoutMs: 30_000,
    intervalMs: 20,
  });
  await removeCgroup(node.cgroup);
}

function ended(handle: ProcessHandle): true | undefined {
  return isAlive(handle) ? undefined : true;
}

function requireAlive(handle: ProcessHandle, log: string): void {
  if (!isAlive(handle)) throw new Error(`the control plane ended; the end of its log:\n${lastLines(log, 10)}`);
}

function withLog(error: unknown, file: string): Error {
  const reason = error instanceof Error ? error.message : String(error);
  return new Error(`${reason}\nthe end of ${file}:\n${lastLines(file, 10)}`, { cause: error });
}
