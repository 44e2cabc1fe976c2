import { createHash, timingSafeEqual } from 'node:crypto';
import { readFileSync } from 'node:fs';

/** As with the configuration file: a mounted Secret changes by a swap of symbolic links. */
const POLL_INTERVAL_MS = 2_000;

/** What an admin token may be. */
export const ADMIN_TOKEN_ALLOWED = '16-512 printable characters without blanks';

export function isAdminToken(text: string): boolean {
  return /^[!-~]{16,512}$/.test(text);
}

/** The secret that a caller of the admin port must present. Only its digest is kept. */
export class AdminToken {
  #digest: Buffer;

  constructor(token: string) {
    this.#digest = digest(token);
  }

  /**
   * Takes the token from a file.
   * @throws Error that says what is wrong with the file; never its contents
   */
  static fromFile(path: string): AdminToken {
    return new AdminToken(readToken(path));
  }

  /** Follows the file; while it is not valid the old token stays. */
  watch(path: string, onProblem: (reason: string) => void): void {
    let lastProblem = '';
    setInterval(() => {
      try {
        this.#digest = digest(readToken(path));
        lastProblem = '';
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error);
        if (reason !== lastProblem) onProblem(reason);
        lastProblem = reason;
      }
    }, POLL_INTERVAL_MS).unref();
  }

  /**
   * Judges an Authorization header (RFC 6750). Takes the same time whatever is wrong with the token.
   */
  admits(authorization: string | undefined): boolean {
    const given = /^bearer +(?<token>\S+) *$/i.exec(authorization ?? '')?.groups?.['token'] ?? '';
    return timingSafeEqual(digest(given), this.#digest);
  }
}

function readToken(path: string): string {
  const text = readFileSync(path, 'utf8').trim();
  if (!isAdminToken(text)) throw new Error(`the file does not hold ${ADMIN_TOKEN_ALLOWED}`);
  return text;
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
