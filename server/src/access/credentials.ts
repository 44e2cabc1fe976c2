import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

/** The one username and password that the environment gives. Checks take the same time whatever is wrong. */
export class Credentials {
  readonly #key: Buffer = randomBytes(32);
  readonly #username: Buffer;
  readonly #password: Buffer;

  constructor(username: string, password: string) {
    this.#username = this.#digest(username);
    this.#password = this.#digest(password);
  }

  matches(username: string, password: string): boolean {
    const isUser = timingSafeEqual(this.#digest(username), this.#username);
    const isPassword = timingSafeEqual(this.#digest(password), this.#password);
    return isUser && isPassword;
  }

  /** Digests have one length, which timingSafeEqual needs, and do not keep the secret itself. */
  #digest(text: string): Buffer {
    return createHmac('sha256', this.#key).update(text).digest();
  }
}
