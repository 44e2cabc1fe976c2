import { randomBytes } from 'node:crypto';
import type { TickStorm } from '../api/v1alpha1/tick-storm.ts';
import { authSecretName, buildAuthSecret } from '../builders/auth-secret.ts';
import type { AppliedObject } from '../builders/object.ts';
import { USERS_KEY } from '../builders/server-env.ts';
import type { ApiClient } from '../runtime/api-client.ts';
import { ResourceConflictError } from '../runtime/applier.ts';
import type { KubeObject } from '../runtime/kube-object.ts';
import { GeneratedSecrets, type SecretClient } from './generated-secrets.ts';
import { SECRET } from './kinds.ts';
import { ownershipFor } from './ownership.ts';
import type { Reason } from './reasons.ts';
import type { SecretPace } from './secret-pace.ts';
import { trusted } from '../runtime/trusted.ts';
import { vouchedCondition } from './vouched.ts';

/** What is known about the credentials of a TickStorm. */
export interface CredentialsState {
  readonly ready: boolean;
  readonly reason: Extract<Reason, `Secret${string}` | 'ResourceConflict'>;
  readonly message: string;
  /** Whether the Secret was made just now. */
  readonly created: boolean;
}

export interface CredentialsOptions {
  readonly client: SecretClient;
  readonly now: () => number;
  readonly pace: Pick<SecretPace, 'isFresh' | 'mayWait'>;
  /** A new password; random by default. */
  readonly newPassword?: () => string;
}

const GENERATED_USERNAME = 'tick-storm';
const PASSWORD_BYTES = 24;
/** Most characters that the server takes of each. */
const LONGEST = [
  ['username', 64],
  ['password', 128],
] as const;

interface Checked {
  /** What of the spec the answer depends on. */
  readonly question: string;
  readonly atMs: number;
  readonly state: CredentialsState;
}

/** Sees to the Secret with a TickStorm's credentials: made once, never overwritten, never logged. */
export class Credentials {
  readonly #options: CredentialsOptions;
  readonly #secrets: GeneratedSecrets;
  readonly #checked = new Map<string, Checked>();

  constructor(options: CredentialsOptions) {
    this.#options = options;
    this.#secrets = new GeneratedSecrets(options.client, options.now);
  }

  /** Makes sure that the Secret is there, and says how it is. */
  async ensure(tickStorm: TickStorm): Promise<CredentialsState> {
    const { uid } = tickStorm.metadata;
    const secretName = authSecretName(tickStorm);
    const { deletionPolicy, auth } = tickStorm.spec;
    const question = `${secretName} ${deletionPolicy} ${auth.usersSecretRef?.name}`;
    const known = this.#checked.get(uid);
    const vouched = known === undefined ? vouchedFor(tickStorm) : undefined;
    if (vouched !== undefined && this.#options.pace.mayWait(tickStorm)) return vouched;
    const isFresh = known?.question === question && this.#options.pace.isFresh(tickStorm, known.atMs);
    if (isFresh && known.state.ready) return { ...known.state, created: false };
    const pair = await this.#check(tickStorm, secretName);
    const state = pair.ready ? ((await this.#lackOfUsers(tickStorm)) ?? pair) : pair;
    this.#checked.set(uid, { question, atMs: this.#options.now(), state });
    return state;
  }

  forget(uid: string): void {
    this.#checked.delete(uid);
  }

  async #check(tickStorm: TickStorm, name: string): Promise<CredentialsState> {
    const { namespace } = tickStorm.metadata;
    if (tickStorm.spec.auth.secretRef !== undefined) {
      return givenCredentials(name, namespace, await this.#options.client.get(SECRET, namespace, name));
    }
    try {
      const { secret, created } = await this.#secrets.ensure(tickStorm, name, () => this.#make(tickStorm));
      return (created ? undefined : incomplete(name, secret)) ?? generated(name, created);
    } catch (error) {
      if (!(error instanceof ResourceConflictError)) throw error;
      return conflicting(error.message);
    }
  }

  /** What is wrong with the Secret of further users; undefined when nothing is, or when there is to be none. */
  async #lackOfUsers({ metadata: { namespace }, spec: { auth } }: TickStorm): Promise<CredentialsState | undefined> {
    const name = auth.usersSecretRef?.name;
    if (name === undefined) return undefined;
    return lackOfUsers(name, namespace, await this.#options.client.get(SECRET, namespace, name));
  }

  #make(tickStorm: TickStorm): AppliedObject {
    const password = this.#options.newPassword?.() ?? randomBytes(PASSWORD_BYTES).toString('base64url');
    return buildAuthSecret(tickStorm, { username: GENERATED_USERNAME, password });
  }
}

/** How the credentials would stand with a TickStorm, were it stored: a Secret that is not there would be made. */
export async function foreseenCredentials(
  client: Pick<ApiClient, 'get'>,
  tickStorm: TickStorm,
): Promise<CredentialsState> {
  const { namespace } = tickStorm.metadata;
  const { secretRef, usersSecretRef } = tickStorm.spec.auth;
  const name = authSecretName(tickStorm);
  const live = await client.get(SECRET, namespace, name);
  const pair =
    secretRef === undefined ? ownCredentials(tickStorm, name, live) : givenCredentials(name, namespace, live);
  if (!pair.ready || usersSecretRef === undefined) return pair;
  const users = await client.get(SECRET, namespace, usersSecretRef.name);
  return lackOfUsers(usersSecretRef.name, namespace, users) ?? pair;
}

/** Of a Secret that the operator makes. */
function ownCredentials(tickStorm: TickStorm, name: string, live: KubeObject | undefined): CredentialsState {
  if (live === undefined) return generated(name, true);
  if (ownershipFor(tickStorm)(live) === 'foreign') {
    return conflicting(`Secret ${name} exists and belongs to someone else`);
  }
  return incomplete(name, live) ?? generated(name, false);
}

/** Of a Secret that the spec names. */
const givenCredentials = (name: string, namespace: string, live: KubeObject | undefined): CredentialsState =>
  live === undefined ? missing(name, namespace, 'spec.auth.secretRef') : (incomplete(name, live) ?? found(name));

/** What is wrong with a Secret of further users; undefined when nothing is. */
function lackOfUsers(name: string, namespace: string, live: KubeObject | undefined): CredentialsState | undefined {
  if (live === undefined) return missing(name, namespace, 'spec.auth.usersSecretRef');
  if (valueOf(live, USERS_KEY) !== '') return undefined;
  const message = `Secret ${name} of spec.auth.usersSecretRef has no ${USERS_KEY}: pods could not start`;
  return { ready: false, reason: 'SecretIncomplete', message, created: false };
}

const conflicting = (conflict: string): CredentialsState => ({
  ready: false,
  reason: 'ResourceConflict',
  message: `${conflict}; to use it, name it in spec.auth.secretRef`,
  created: false,
});

/** What an earlier look has found, as the status tells it. */
function vouchedFor(tickStorm: TickStorm): CredentialsState | undefined {
  const condition = vouchedCondition(tickStorm, 'CredentialsReady', ['SecretFound', 'SecretGenerated']);
  return condition === undefined ? undefined : { ...condition, ready: true, created: false };
}

/** What the server could not work with; undefined when everything is there. */
function incomplete(name: string, live: KubeObject): CredentialsState | undefined {
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
  return undefined;
}

const found = (name: string): CredentialsState => ({
  ready: true,
  reason: 'SecretFound',
  message: `Credentials are in Secret ${name}`,
  created: false,
});

const generated = (name: string, created: boolean): CredentialsState => ({
  ready: true,
  reason: 'SecretGenerated',
  message: `Credentials were generated into Secret ${name}`,
  created,
});

const missing = (name: string, namespace: string, field: string): CredentialsState => ({
  ready: false,
  reason: 'SecretNotFound',
  message: `Secret ${name} of ${field} does not exist in namespace ${namespace}`,
  created: false,
});

/** The value of a key as the pods get it; empty when there is none. */
function valueOf(secret: KubeObject, key: string): string {
  const data = trusted<Record<string, string> | undefined>(secret['data']);
  return Buffer.from(data?.[key] ?? '', 'base64').toString('utf8');
}
