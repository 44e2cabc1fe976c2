import { randomBytes } from 'node:crypto';
import type { TickStorm } from '../api/v1alpha1/tick-storm.ts';
import { ADMIN_TOKEN_KEY, buildAdminSecret } from '../builders/admin-secret.ts';
import { objectNames } from '../builders/names.ts';
import { trusted } from '../runtime/trusted.ts';
import type { GeneratedSecrets } from './generated-secrets.ts';
import type { SecretPace } from './secret-pace.ts';

const TOKEN_BYTES = 32;

interface Checked {
  readonly atMs: number;
  readonly deletionPolicy: string;
  readonly token: string;
}

/** Sees to the Secrets with the tokens of the pods' admin ports: made once, never overwritten, never logged. */
export class AdminTokens {
  readonly #secrets: GeneratedSecrets;
  readonly #now: () => number;
  readonly #pace: Pick<SecretPace, 'isFresh'>;
  readonly #checked = new Map<string, Checked>();

  /** `now` is monotonic, in milliseconds. */
  constructor(secrets: GeneratedSecrets, now: () => number, pace: Pick<SecretPace, 'isFresh'>) {
    this.#secrets = secrets;
    this.#now = now;
    this.#pace = pace;
  }

  /** Makes sure that the Secret is there. @throws {ResourceConflictError | LeavingError} */
  async ensure(tickStorm: TickStorm): Promise<void> {
    const { uid, name } = tickStorm.metadata;
    const { deletionPolicy } = tickStorm.spec;
    const known = this.#checked.get(uid);
    if (known?.deletionPolicy === deletionPolicy && this.#pace.isFresh(tickStorm, known.atMs)) return;
    const { secret } = await this.#secrets.ensure(tickStorm, objectNames(name).adminSecret, () =>
      buildAdminSecret(tickStorm, randomBytes(TOKEN_BYTES).toString('base64url')),
    );
    const data = trusted<Readonly<Record<string, string>> | undefined>(secret['data']);
    const token = Buffer.from(data?.[ADMIN_TOKEN_KEY] ?? '', 'base64')
      .toString('utf8')
      .trim();
    this.#checked.set(uid, { atMs: this.#now(), deletionPolicy, token });
  }

  /** The token as it was found last; undefined when it has not been looked for, or there is none in the Secret. */
  tokenOf({ metadata: { uid } }: TickStorm): string | undefined {
    const token = this.#checked.get(uid)?.token;
    return token === '' ? undefined : token;
  }

  forget(uid: string): void {
    this.#checked.delete(uid);
  }
}
