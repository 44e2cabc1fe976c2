import { randomBytes } from 'node:crypto';
import type { TickStorm } from '../api/v1alpha1/tick-storm.ts';
import { ADMIN_TOKEN_KEY, buildAdminSecret } from '../builders/admin-secret.ts';
import { objectNames } from '../builders/names.ts';
import { trusted } from '../runtime/trusted.ts';
import type { GeneratedSecrets } from './generated-secrets.ts';
import type { SecretPace } from './secret-pace.ts';
import { vouchedCondition } from './vouched.ts';

const TOKEN_BYTES = 32;

/** A look that is under way. */
interface Look {
  readonly deletionPolicy: string;
  readonly token: Promise<string>;
}

interface Checked {
  readonly atMs: number;
  readonly deletionPolicy: string;
  readonly token: string;
}

/** Sees to the Secrets with the tokens of the pods' admin ports: made once, never overwritten, never logged. */
export class AdminTokens {
  readonly #secrets: GeneratedSecrets;
  readonly #now: () => number;
  readonly #pace: Pick<SecretPace, 'isFresh' | 'mayWait'>;
  readonly #checked = new Map<string, Checked>();
  readonly #looks = new Map<string, Look>();

  /** `now` is monotonic, in milliseconds. */
  constructor(secrets: GeneratedSecrets, now: () => number, pace: Pick<SecretPace, 'isFresh' | 'mayWait'>) {
    this.#secrets = secrets;
    this.#now = now;
    this.#pace = pace;
  }

  /** Makes sure that the Secret is there. @throws {ResourceConflictError | LeavingError} */
  async ensure(tickStorm: TickStorm): Promise<void> {
    const known = this.#checked.get(tickStorm.metadata.uid);
    const isFresh =
      known?.deletionPolicy === tickStorm.spec.deletionPolicy && this.#pace.isFresh(tickStorm, known.atMs);
    if (isFresh || (known === undefined && isVouchedFor(tickStorm) && this.#pace.mayWait(tickStorm))) return;
    await this.#look(tickStorm);
  }

  /** The token as it was found last, or else as it is; undefined when there is none in the Secret. */
  async tokenOf(tickStorm: TickStorm): Promise<string | undefined> {
    const token = this.#checked.get(tickStorm.metadata.uid)?.token ?? (await this.#look(tickStorm));
    return token === '' ? undefined : token;
  }

  forget(uid: string): void {
    this.#checked.delete(uid);
    this.#looks.delete(uid);
  }

  /**
   * One look for all that want one: two would both make a Secret that is missing, and one would find a conflict.
   * @returns the token; empty when there is none in the Secret
   */
  async #look(tickStorm: TickStorm): Promise<string> {
    const { uid } = tickStorm.metadata;
    const { deletionPolicy } = tickStorm.spec;
    const underWay = this.#looks.get(uid);
    if (underWay?.deletionPolicy === deletionPolicy) return await underWay.token;
    const look = { deletionPolicy, token: this.#read(tickStorm) };
    this.#looks.set(uid, look);
    // Another one is there, or none, when the TickStorm was forgotten meanwhile.
    const counts = (): boolean => this.#looks.get(uid) === look;
    try {
      const token = await look.token;
      if (counts()) this.#checked.set(uid, { atMs: this.#now(), deletionPolicy, token });
      return token;
    } finally {
      if (counts()) this.#looks.delete(uid);
    }
  }

  async #read(tickStorm: TickStorm): Promise<string> {
    const { name } = tickStorm.metadata;
    const { secret } = await this.#secrets.ensure(tickStorm, objectNames(name).adminSecret, () =>
      buildAdminSecret(tickStorm, randomBytes(TOKEN_BYTES).toString('base64url')),
    );
    const data = trusted<Readonly<Record<string, string>> | undefined>(secret['data']);
    return Buffer.from(data?.[ADMIN_TOKEN_KEY] ?? '', 'base64')
      .toString('utf8')
      .trim();
  }
}

/** The Secret has no condition of its own: a TickStorm without it is not Ready, and has no pods before it. */
const isVouchedFor = (tickStorm: TickStorm): boolean =>
  vouchedCondition(tickStorm, 'CredentialsReady', ['SecretFound', 'SecretGenerated']) !== undefined;
