import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Cluster } from '../cluster/cluster.ts';
import { timedReport } from '../cluster/report.ts';
import { run } from '../cluster/run.ts';
import { waitFor } from '../cluster/wait.ts';
import { bundleProgram } from '../images/bundle-program.ts';
import { Kubectl } from '../install/kubectl.ts';
import { repositoryRoot } from '../images/repository-root.ts';

const VARIABLE = 'TICK_STORM_FAULTS_CLUSTERS';
/** The file of the CRD. */
export const CRD: string = join(repositoryRoot, 'crds/tickstorm.io_tickstorms.yaml');

/** A control plane without nodes: API server, etcd and controllers, so that everything works but pods. */
export class ControlPlane {
  readonly #cluster: Cluster;

  private constructor(cluster: Cluster) {
    this.#cluster = cluster;
  }

  /** Starts some that end with this process, runs `work` with the environment that leads to them, and ends them. */
  static async with<T>(
    signal: AbortSignal,
    names: readonly string[],
    work: (environment: Readonly<Record<string, string>>) => Promise<T>,
  ): Promise<T> {
    const started: Cluster[] = [];
    try {
      for (const name of names) {
        await Cluster.down(name);
        const cluster = await Cluster.up({ name, nodes: 0, owned: true, report: timedReport(name), signal });
        started.push(cluster);
        const controlPlane = new ControlPlane(cluster);
        await controlPlane.applyCrd();
        await bundleProgram('operator', controlPlane.#bundles, signal);
      }
      return await work({ [VARIABLE]: names.join(',') });
    } finally {
      await Promise.all(started.map((cluster) => cluster.down()));
    }
  }

  /** The one that {@link ControlPlane.with} started for this worker of jest, or the only one outside jest. */
  static find(environment: Readonly<Record<string, string | undefined>> = process.env): ControlPlane {
    const name = environment[VARIABLE]?.split(',')[Number(process.env['JEST_WORKER_ID'] ?? 1) - 1];
    const cluster = name === undefined ? undefined : Cluster.find(name);
    if (cluster === undefined)
      throw new Error('these tests need their control plane: run them with npm run test:faults');
    return new ControlPlane(cluster);
  }

  get kubeconfig(): string {
    return this.#cluster.kubeconfig;
  }

  get logs(): string {
    return this.#cluster.logs;
  }

  /** The operator as its image has it: in one file, which also starts several times as fast as its sources. */
  get operatorProgram(): string {
    return join(this.#bundles, 'operator/operator.mjs');
  }

  get kubectl(): Kubectl {
    return new Kubectl({ program: this.#cluster.kubectl, kubeconfig: this.kubeconfig });
  }

  async applyCrd(): Promise<void> {
    await this.kubectl.run(['apply', '--server-side', '-f', CRD]);
    await this.kubectl.run(['wait', '--for=condition=Established', '--timeout=60s', '-f', CRD]);
  }

  async deleteCrd(): Promise<void> {
    await this.kubectl.run(['delete', '--wait=true', '--timeout=60s', '-f', CRD]);
  }

  /** Kills the API server; resolves when it serves again. */
  async restartApiServer(): Promise<void> {
    const pid = await this.#pidOf('kube-apiserver');
    process.kill(pid, 'SIGKILL');
    await waitFor(async () => !(await isProcess(pid)) && (await this.#cluster.isReady()), {
      what: 'the API server to serve again',
      timeoutMs: 90_000,
    });
  }

  /** Holds a component up, such as kube-controller-manager; resolves with what lets it go on. */
  async stall(component: string): Promise<() => void> {
    const pid = await this.#pidOf(component);
    process.kill(pid, 'SIGSTOP');
    return () => process.kill(pid, 'SIGCONT');
  }

  /** Drops all of etcd's history up to now: what watches from an earlier version must list anew. */
  async compact(): Promise<void> {
    const pid = await this.#pidOf('etcd');
    const etcd = async (path: string, body: object): Promise<{ header: { revision: string } }> => {
      const text = await run('nsenter', [
        ...[`--net=/proc/${pid}/ns/net`, 'curl', '--silent', '--show-error', '--fail-with-body'],
        ...['--data', JSON.stringify(body), `http://127.0.0.1:2379/v3/kv/${path}`],
      ]);
      return JSON.parse(text) as { header: { revision: string } };
    };
    const { header } = await etcd('range', { key: Buffer.from('x').toString('base64') });
    await etcd('compaction', { revision: header.revision, physical: true });
  }

  get #bundles(): string {
    return join(this.logs, 'bundles');
  }

  /** The process of a component of this cluster, which its command line names. */
  async #pidOf(component: string): Promise<number> {
    const state = join(this.kubeconfig, '..');
    for (const entry of await readdir('/proc')) {
      if (!/^\d+$/.test(entry)) continue;
      const command = await readFile(`/proc/${entry}/cmdline`, 'utf8').catch(() => '');
      const [program = '', ...args] = command.split('\0');
      if (program.endsWith(`/${component}`) && args.some((arg) => arg.includes(`${state}/`))) return Number(entry);
    }
    throw new Error(`no ${component} of this control plane runs`);
  }
}

async function isProcess(pid: number): Promise<boolean> {
  return await readFile(`/proc/${pid}/stat`, 'utf8').then(
    () => true,
    () => false,
  );
}
