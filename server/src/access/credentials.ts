import { timingSafeEqual } from 'node:crypto';
import { KeyedDigest } from './keyed-digest.ts';
import type { User } from './user.ts';
import type { Verifier, VerifyOptions } from './verifier.ts';

/**
 * The one username and password that the environment gives. The password is known in the clear, so there is no
 * hash to protect and each check is cheap; it takes the same time whatever is wrong.
 */
export class Credentials implements Verifier {
  /** Digests have one length, which timingSafeEqual needs, and do not keep the secret itself. */
  readonly #digest: KeyedDigest = new KeyedDigest();
  readonly #username: Buffer;
  readonly #password: Buffer;
  readonly #user: User;

  constructor(username: string, password: string) {
    this.#username = this.#digest.of(username);
    this.#password = this.#digest.of(password);
    this.#user = { name: username, maxConnections: undefined, maxSymbols: undefined };
  }

  verify(username: string, password: string, { done }: VerifyOptions): void {
    const isUser = timingSafeEqual(this.#digest.of(username), this.#username);
    const isPassword = timingSafeEqual(this.#digest.of(password), this.#password);
    done(isUser && isPassword ? this.#user : 'wrong');
  }
}
