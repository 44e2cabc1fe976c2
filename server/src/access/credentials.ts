import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { User } from './user.ts';
import type { Verifier, VerifyOptions } from './verifier.ts';

/**
 * The one username and password that the environment gives. The password is known in the clear, so there is no
 * hash to protect and each check is cheap; it takes the same time whatever is wrong.
 */
export class Credentials implements Verifier {
  readonly #key: Buffer = randomBytes(32);
  readonly #username: Buffer;
  readonly #password: Buffer;
  readonly #user: User;

  constructor(username: string, password: string) {
    this.#username = this.#digest(username);
    this.#password = this.#digest(password);
    this.#user = { name: username, maxConnections: undefined, maxSymbols: undefined };
  }

  verify(username: string, password: string, { done }: VerifyOptions): void {
    const isUser = timingSafeEqual(this.#digest(username), this.#username);
    const isPassword = timingSafeEqual(this.#digest(password), this.#password);
    done(isUser && isPassword ? this.#user : 'wrong');
  }

  /** Digests have one length, which timingSafeEqual needs, and do not keep the secret itself. */
  #digest(text: string): Buffer {
    return createHmac('sha256', this.#key).update(text).digest();
  }
}
