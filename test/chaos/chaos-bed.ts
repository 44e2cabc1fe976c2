import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Kubectl } from '../install/kubectl.ts';
import { ControlPlane } from './control-plane.ts';
import { FaultProxy, type FaultProxyOptions } from './fault-proxy.ts';
import { OperatorProcess } from './operator-process.ts';
import { namespaceObject } from './tick-storms.ts';

/** What one test works with: namespaces, proxies and operators that end with it. */
export class ChaosBed {
  readonly controlPlane: ControlPlane;
  readonly kubectl: Kubectl;
  readonly #proxies: FaultProxy[] = [];
  readonly #operators: OperatorProcess[] = [];
  readonly #namespaces: string[] = [];

  constructor(controlPlane: ControlPlane = ControlPlane.find()) {
    this.controlPlane = controlPlane;
    this.kubectl = controlPlane.kubectl;
  }

  async namespace(name: string): Promise<string> {
    this.#namespaces.push(name);
    await this.kubectl.apply(namespaceObject(name), ['--server-side']);
    return name;
  }

  async proxy(options: Omit<FaultProxyOptions, 'kubeconfig'> = {}): Promise<FaultProxy> {
    const proxy = await FaultProxy.start({ kubeconfig: this.controlPlane.kubeconfig, ...options });
    this.#proxies.push(proxy);
    return proxy;
  }

  /** Starts an operator behind a proxy; several of one name share a log. */
  async operator(
    name: string,
    proxy: FaultProxy,
    environment: Readonly<Record<string, string>> = {},
  ): Promise<OperatorProcess> {
    const folder = join(this.controlPlane.logs, 'operators');
    await mkdir(folder, { recursive: true });
    const program = this.controlPlane.operatorProgram;
    const operator = await OperatorProcess.start({ name, folder, program, proxyPort: proxy.port, environment });
    this.#operators.push(operator);
    return operator;
  }

  async clear(): Promise<void> {
    await Promise.all(this.#operators.splice(0).map(async (operator) => operator.isRunning && (await operator.end())));
    await Promise.all(this.#proxies.splice(0).map((proxy) => proxy.stop()));
    const namespaces = this.#namespaces.splice(0);
    if (namespaces.length === 0) return;
    await this.kubectl.run(['delete', 'namespace', ...namespaces, '--ignore-not-found', '--wait=false']);
  }
}
