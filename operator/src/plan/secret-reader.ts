import { SECRET } from '../controller/kinds.ts';
import type { ApiClient } from '../runtime/api-client.ts';
import { hasStatus } from '../runtime/api-error.ts';
import type { KubeObject } from '../runtime/kube-object.ts';
import type { ResourceType } from '../runtime/resource-type.ts';

/** Of a Secret nothing can be said; the message says why. */
export class SecretUnknownError extends Error {
  override readonly name = 'SecretUnknownError';
}

/** Reads Secrets for a plan: many who may plan may not read them, and some are applied together with the TickStorm. */
export class SecretReader {
  readonly #client: Pick<ApiClient, 'get'>;
  readonly #alongside: ReadonlySet<string>;

  /** @param alongside keys (`NAMESPACE/NAME`) of Secrets that are in the files too */
  constructor(client: Pick<ApiClient, 'get'>, alongside: ReadonlySet<string>) {
    this.#client = client;
    this.#alongside = alongside;
  }

  /** The Secret; undefined when there is none. @throws {ApiError | SecretUnknownError} */
  async get(_: ResourceType, namespace: string, name: string): Promise<KubeObject | undefined> {
    if (this.#alongside.has(`${namespace}/${name}`)) {
      throw new SecretUnknownError(`Secret ${name} is in the files too, and what is in it was not looked at`);
    }
    try {
      return await this.#client.get(SECRET, namespace, name);
    } catch (error) {
      if (!hasStatus(error, 403)) throw error;
      throw new SecretUnknownError(`no right to get Secret ${name} in namespace ${namespace}`, { cause: error });
    }
  }

  /** What a look at Secrets finds, or why it finds nothing. */
  static async attempt<T>(look: Promise<T>): Promise<{ readonly found: T } | { readonly unknown: string }> {
    try {
      return { found: await look };
    } catch (error) {
      if (error instanceof SecretUnknownError) return { unknown: error.message };
      throw error;
    }
  }
}
