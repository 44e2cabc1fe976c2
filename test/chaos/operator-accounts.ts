import { join } from 'node:path';
import { run } from '../cluster/run.ts';
import { ensureTool } from '../cluster/tools.ts';
import { repositoryRoot } from '../images/repository-root.ts';
import type { Kubectl } from '../install/kubectl.ts';

const chart = join(repositoryRoot, 'charts', 'tick-storm-operator');

/** A release of the chart, as far as it decides what its operator may do. */
export interface Release {
  /** Namespace of the release; it must exist. */
  readonly namespace: string;
  /** Namespaces that are served; empty means all. They must exist. */
  readonly watchNamespaces: readonly string[];
}

/** The identity that the chart gives an operator. */
export interface OperatorAccount {
  /** Name of the ServiceAccount; of its roles too. */
  readonly name: string;
  readonly namespace: string;
  /** Bearer token of the ServiceAccount, good for an hour. */
  readonly token: string;
}

/** Installs the ServiceAccounts and roles of the chart, as Helm renders them, and signs in as them. */
export class OperatorAccounts {
  readonly #kubectl: Kubectl;
  readonly #accounts = new Map<string, Promise<OperatorAccount>>();

  constructor(kubectl: Kubectl) {
    this.#kubectl = kubectl;
  }

  /** The account of a release; installed at the first call. */
  of(release: Release): Promise<OperatorAccount> {
    const key = JSON.stringify(release);
    const account = this.#accounts.get(key) ?? this.#install(release);
    this.#accounts.set(key, account);
    return account;
  }

  async #install({ namespace, watchNamespaces }: Release): Promise<OperatorAccount> {
    const helm = await ensureTool('helm', () => undefined);
    // Contains the chart's name, so that all objects are called like it; several releases share one cluster.
    const name = `${namespace}-tick-storm-operator`;
    const rendered = await run(helm, [
      ...['template', name, chart, `--namespace=${namespace}`],
      ...['--show-only=templates/serviceaccount.yaml', '--show-only=templates/rbac.yaml'],
      ...(watchNamespaces.length === 0 ? [] : [`--set=watchNamespaces={${watchNamespaces.join(',')}}`]),
    ]);
    await this.#kubectl.apply(rendered, ['--server-side', '--force-conflicts']);
    const token = await this.#kubectl.run(['create', 'token', name, `--namespace=${namespace}`, '--duration=1h']);
    return { name, namespace, token: token.trim() };
  }
}
