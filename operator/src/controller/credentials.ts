import { randomBytes } from 'node:crypto';
import type { TickStorm } from '../api/v1alpha1/tick-storm.ts';
import { authSecretName, buildAuthSecret } from '../builders/auth-secret.ts';
import { ownedMetadata } from '../builders/metadata.ts';
import type { ApiClient } from '../runtime/api-client.ts';
import { hasStatus } from '../runtime/api-error.ts';
import { LeavingError, ResourceConflictError } from '../runtime/applier.ts';
import { controllerOf, type KubeObject } from '../runtime/kube-object.ts';
import { FIELD_MANAGER } from './field-manager.ts';
import { SECRET } from './kinds.ts';
import { ownershipFor } from './ownership.ts';
import type { Reason } from './reasons.ts';
import { trusted } from '../runtime/trusted.ts';

/** What is known about the credentials of a TickStorm. */
export interface CredentialsState {
  readonly ready: boolean;
  readonly reason: Extract<Reason, `Secret${string}` | 'ResourceConflict'>;
  readonly message: string;
  /** Whether the Secret was made just now. */
  readonly created: boolean;
}

export interface CredentialsOptions {
  readonly client: Pick<ApiClient, 'get' | 'create' | 'apply'>;
  readonly now: () => number;
  /** A new password; random by default. */
  readonly newPassword?: () => string;
}

/** Time after which a Secret that was in order is looked at again. Secrets are polled: a watch would open them all. */
export const SECRET_RECHECK_MS: number = 5 * 60_000;
const GENERATED_USERNAME = 'tick-storm';
const PASSWORD_BYTES = 24;
/** Most characters that the server takes of each. */
const LONGEST = [
  ['username', 64],
  ['password', 128],
] as const;

interface Checked {
  readonly secretName: string;
  readonly atMs: number;
  readonly state: CredentialsState;
}

/** Sees to the Secret with a TickStorm's credentials: made once, never overwritten, never logged. */
export class Credentials {
  readonly #options: CredentialsOptions;
  readonly #checked = new Map<string, Checked>();

  constructor(options: CredentialsOptions) {
    this.#options = options;
  }

  /** Makes sure that the Secret is there, and says how it is. */
  async ensure(tickStorm: TickStorm): Promise<CredentialsState> {
    const { uid } = tickStorm.metadata;
    const secretName = authSecretName(tickStorm);
    const known = this.#checked.get(uid);
    const isFresh = known?.secretName === secretName && this.#options.now() - known.atMs < SECRET_RECHECK_MS;
    if (isFresh && known.state.ready) return { ...known.state, created: false };
    const state = await this.#check(tickStorm, secretName);
    this.#checked.set(uid, { secretName, atMs: this.#options.now(), state });
    return state;
  }

  forget(uid: string): void {
    this.#checked.delete(uid);
  }

  async #check(tickStorm: TickStorm, name: string): Promise<CredentialsState> {
    const { namespace } = tickStorm.metadata;
    const isGiven = tickStorm.spec.auth.secretRef !== undefined;
    const live = await this.#options.client.get(SECRET, namespace, name);
    if (live === undefined) {
      return isGiven ? missing(name, namespace) : await this.#create(tickStorm, name);
    }
    const ownership = isGiven ? 'ours' : ownershipFor(tickStorm)(live);
    if (ownership === 'leaving') throw new LeavingError(`Secret ${name} is being deleted`);
    if (ownership === 'foreign') {
      const message = `Secret ${name} exists and belongs to someone else; to use it, name it in spec.auth.secretRef`;
      return { ready: false, reason: 'ResourceConflict', message, created: false };
    }
    if (!isGiven) await this.#takeBack(tickStorm, live);
    const lacking = ['username', 'password'].filter((key) => valueOf(live, key) === '');
    if (lacking.length > 0) {
      const message = `Secret ${name} has no ${lacking.join(' and no ')}: clients could not log in`;
      return { ready: false, reason: 'SecretIncomplete', message, created: false };
    }
    const long = LONGEST.filter(([key, most]) => valueOf(live, key).length > most);
    if (long.length > 0) {
      const what = long.map(([key, most]) => `a ${key} of more than ${most} characters`).join(' and ');
      const message = `Secret ${name} has ${what}: the server would not start`;
      return { ready: false, reason: 'SecretIncomplete', message, created: false };
    }
    return isGiven
      ? { ready: true, reason: 'SecretFound', message: `Credentials are in Secret ${name}`, created: false }
      : generated(name, false);
  }

  /** Refers a Secret that was kept or handed over to its TickStorm. Its contents stay as they are. */
  async #takeBack(tickStorm: TickStorm, live: KubeObject): Promise<void> {
    if (controllerOf(live) !== undefined) return;
    const { name, uid } = live.metadata;
    const metadata = { ...ownedMetadata(tickStorm, name), uid };
    const body = { apiVersion: SECRET.apiVersion, kind: SECRET.kind, metadata };
    const options = { fieldManager: FIELD_MANAGER, force: true };
    await this.#options.client.apply(SECRET, tickStorm.metadata.namespace, name, body, options);
  }

  async #create(tickStorm: TickStorm, name: string): Promise<CredentialsState> {
    const password = this.#options.newPassword?.() ?? randomBytes(PASSWORD_BYTES).toString('base64url');
    const secret = buildAuthSecret(tickStorm, { username: GENERATED_USERNAME, password });
    try {
      // Created, not applied: a Secret that has appeared meanwhile must keep its contents.
      await this.#options.client.create(SECRET, tickStorm.metadata.namespace, secret, FIELD_MANAGER);
    } catch (error) {
      if (hasStatus(error, 409))
        throw new ResourceConflictError(`Secret ${name} was created just now`, { cause: error });
      throw error;
    }
    return generated(name, true);
  }
}

const generated = (name: string, created: boolean): CredentialsState => ({
  ready: true,
  reason: 'SecretGenerated',
  message: `Credentials were generated into Secret ${name}`,
  created,
});

const missing = (name: string, namespace: string): CredentialsState => ({
  ready: false,
  reason: 'SecretNotFound',
  message: `Secret ${name} of spec.auth.secretRef does not exist in namespace ${namespace}`,
  created: false,
});

/** The value of a key as the pods get it; empty when there is none. */
function valueOf(secret: KubeObject, key: string): string {
  const data = trusted<Record<string, string> | undefined>(secret['data']);
  return Buffer.from(data?.[key] ?? '', 'base64').toString('utf8');
}
