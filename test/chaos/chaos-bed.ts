import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Kubectl } from '../install/kubectl.ts';
import { restrictedNamespace } from '../install/restricted-namespace.ts';
import { ControlPlane } from './control-plane.ts';
import { FaultProxy, type FaultProxyOptions } from './fault-proxy.ts';
import { OperatorAccounts, type Release } from './operator-accounts.ts';
import { OperatorProcess } from './operator-process.ts';

/** How an operator of a test runs. */
export interface BedOperator extends Release {
  readonly environment?: Readonly<Record<string, string>>;
  /** Whether its clocks can be set apart from the machine's. */
  readonly hasOwnClock?: boolean;
}

/** What one test works with: namespaces, proxies and operators that end with it. */
export class ChaosBed {
  readonly controlPlane: ControlPlane;
  readonly kubectl: Kubectl;
  readonly accounts: OperatorAccounts;
  readonly #proxies: FaultProxy[] = [];
  readonly #operators: OperatorProcess[] = [];
  readonly #namespaces: string[] = [];

  constructor(controlPlane: ControlPlane = ControlPlane.find()) {
    this.controlPlane = controlPlane;
    this.kubectl = controlPlane.kubectl;
    this.accounts = new OperatorAccounts(this.kubectl);
  }

  /** Folder of the operators' logs, `NAME.log` each. */
  get operatorLogs(): string {
    return join(this.controlPlane.logs, 'operators');
  }

  async namespace(name: string): Promise<string> {
    this.#namespaces.push(name);
    await this.kubectl.apply(restrictedNamespace(name), ['--server-side']);
    return name;
  }

  async proxy(options: Omit<FaultProxyOptions, 'kubeconfig'> = {}): Promise<FaultProxy> {
    const proxy = await FaultProxy.start({ kubeconfig: this.controlPlane.kubeconfig, ...options });
    this.#proxies.push(proxy);
    return proxy;
  }

  /** Starts an operator of a release behind a proxy, with the chart's rights; several of one name share a log. */
  async operator(
    name: string,
    proxy: FaultProxy,
    { namespace, watchNamespaces, environment = {}, hasOwnClock = false }: BedOperator,
  ): Promise<OperatorProcess> {
    await mkdir(this.operatorLogs, { recursive: true });
    const operator = await OperatorProcess.start({
      name,
      folder: this.operatorLogs,
      program: this.controlPlane.operatorProgram,
      proxyPort: proxy.port,
      account: await this.accounts.of({ namespace, watchNamespaces }),
      environment: { WATCH_NAMESPACES: watchNamespaces.join(','), ...environment },
      hasOwnClock,
    });
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
