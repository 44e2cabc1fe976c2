import { createWriteStream, type WriteStream } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Child } from '../bench/child.ts';
import { cpuSeconds, memoryUsage, peakResidentBytes, type MemoryUsage } from '../bench/process-usage.ts';
import { FaultProxy } from '../chaos/fault-proxy.ts';
import { proxyKubeconfig } from '../chaos/kubeconfig-access.ts';
import { waitFor } from '../cluster/wait.ts';
import type { Contender } from './contender.ts';
import { countRequests, isWork, type RequestCounts } from './request-counts.ts';

export interface RunningOperatorOptions {
  readonly contender: Contender;
  /** Unique in a measurement; names its files and its pod. */
  readonly name: string;
  /** Folder for its kubeconfig and log. */
  readonly folder: string;
  /** Kubeconfig of the cluster. */
  readonly kubeconfig: string;
  readonly settings: Readonly<Record<string, string>>;
  /** Milliseconds without a request after which it counts as at rest. */
  readonly quietMs: number;
}

/** An operator as a process of its own, behind a proxy that counts what it asks for. */
export class RunningOperator {
  /** When it was started, in milliseconds of performance.now(). */
  readonly startedMs: number = performance.now();
  readonly #child: Child;
  readonly #proxy: FaultProxy;
  readonly #quietMs: number;

  private constructor(child: Child, proxy: FaultProxy, quietMs: number) {
    this.#child = child;
    this.#proxy = proxy;
    this.#quietMs = quietMs;
  }

  static async start(options: RunningOperatorOptions): Promise<RunningOperator> {
    const { contender, name, folder, settings } = options;
    const proxy = await FaultProxy.start({ kubeconfig: options.kubeconfig, asAdministrator: true });
    const kubeconfig = join(folder, `${name}.kubeconfig`);
    await writeFile(kubeconfig, JSON.stringify(proxyKubeconfig(proxy.port)));
    const log: WriteStream = createWriteStream(join(folder, `${name}.log`));
    const child = new Child(contender.command, {
      env: { ...settings, ...contender.environment, KUBECONFIG: kubeconfig, POD_NAME: name },
      onLine: (line) => log.write(`${line}\n`),
    });
    void child.exited.then(() => log.end());
    return new RunningOperator(child, proxy, options.quietMs);
  }

  /** Requests so far, as a position for {@link requestsSince}. */
  get mark(): number {
    return this.#proxy.passed.length;
  }

  requestsSince(mark: number): RequestCounts {
    return countRequests(this.#proxy.passed.slice(mark));
  }

  /** What it uses of the machine. Fails when it has ended: its figures are gone then. */
  async usage(): Promise<MemoryUsage & { cpuSeconds: number }> {
    if (this.#child.hasExited) throw new Error(`the operator has ended:\n${this.#child.tail}`);
    const pids = [this.#child.pid];
    return { cpuSeconds: await cpuSeconds(pids), ...(await memoryUsage(pids)) };
  }

  /** The most memory that was ever resident, in bytes. */
  async peakRssBytes(): Promise<number> {
    return await peakResidentBytes(this.#child.pid);
  }

  /** Resolves once it has asked for something, and then for nothing for a while, with the moment since when. */
  async quiet(timeoutMs: number): Promise<number> {
    const beganMs = performance.now();
    return await waitFor(
      () => {
        if (this.#child.hasExited) throw new Error(`the operator has ended:\n${this.#child.tail}`);
        const last = this.#proxy.passed.findLast(isWork);
        // On a busy machine a process may take longer to start than it is to be quiet.
        if (last === undefined) return false;
        const sinceMs = Math.max(last.sentMs, beganMs);
        return performance.now() - sinceMs >= this.#quietMs && sinceMs;
      },
      { what: 'the operator to come to rest', timeoutMs, intervalMs: 50 },
    );
  }

  /** Sends a signal, and resolves when the process has ended. */
  async end(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    this.#child.kill(signal);
    await this.#child.exited;
    await this.#proxy.stop();
  }
}
