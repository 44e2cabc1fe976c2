import { run } from '../cluster/run.ts';

/** Which cluster, and with which program. */
export interface KubectlOptions {
  readonly program: string;
  /** Undefined: kubectl's own choice (KUBECONFIG, then its default file). */
  readonly kubeconfig?: string;
  readonly context?: string;
}

/** kubectl against one cluster. */
export class Kubectl {
  readonly #options: KubectlOptions;

  constructor(options: KubectlOptions) {
    this.#options = options;
  }

  get program(): string {
    return this.#options.program;
  }

  get environment(): NodeJS.ProcessEnv {
    const { kubeconfig } = this.#options;
    return kubeconfig === undefined ? process.env : { ...process.env, KUBECONFIG: kubeconfig };
  }

  /** The arguments that choose the cluster, for a command line that is started elsewhere. */
  get clusterArguments(): readonly string[] {
    return this.#options.context === undefined ? [] : [`--context=${this.#options.context}`];
  }

  /** Resolves to what the command writes to standard output. */
  run(args: readonly string[], input?: string): Promise<string> {
    const options = { env: this.environment, ...(input === undefined ? {} : { input }) };
    return run(this.program, [...this.clusterArguments, ...args], options);
  }

  async get<T>(...args: readonly string[]): Promise<T> {
    return JSON.parse(await this.run(['get', '--output=json', ...args])) as T;
  }

  /** Applies objects (or YAML text) and resolves to kubectl's words. */
  apply(objects: unknown, args: readonly string[] = []): Promise<string> {
    return this.run(['apply', ...args, '-f', '-'], typeof objects === 'string' ? objects : JSON.stringify(objects));
  }
}
