import { hash, randomBytes } from 'node:crypto';

const KEY_BYTES = 32;

/**
 * Digests of secrets, all of one length, under a key that exists only in this process: SHA-256 over key and text. They
 * never leave the process, so nobody can lengthen one, and the cost of an HMAC (two passes and a key object each time)
 * buys nothing.
 */
export class KeyedDigest {
  readonly #key: Buffer = randomBytes(KEY_BYTES);

  of(text: string): Buffer {
    const keyed = Buffer.allocUnsafe(KEY_BYTES + Buffer.byteLength(text));
    this.#key.copy(keyed);
    keyed.write(text, KEY_BYTES);
    return hash('sha256', keyed, 'buffer');
  }
}
