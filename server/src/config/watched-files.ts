import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { types } from 'node:util';

/**
 * How often the files are read again. A mounted Secret changes by a swap of symbolic links, which file watching
 * sees differently on every file system; reading a few kilobytes is as cheap and always right.
 */
const POLL_INTERVAL_MS = 2_000;

/**
 * Looks at the contents of files again and again. A change counts only when it has stayed for one more look: a
 * file that is being written, or one of a pair that is being replaced, is not taken for finished.
 */
export class WatchedFiles {
  readonly #paths: readonly string[];
  #current: string | undefined;
  #previous: string | undefined;

  constructor(paths: readonly string[]) {
    this.#paths = paths;
  }

  /**
   * Begins with what the files are like now; changes count from here on.
   * @returns the contents in the order of the paths, or what is wrong
   */
  start(): Buffer[] | { problem: string } {
    const { fingerprint, result } = this.#read();
    this.#current = fingerprint;
    this.#previous = fingerprint;
    return result;
  }

  /** @returns the contents, or what is wrong, or undefined when there is nothing new */
  look(): Buffer[] | { problem: string } | undefined {
    const { fingerprint, result } = this.#read();
    const isSettled = fingerprint === this.#previous;
    this.#previous = fingerprint;
    if (!isSettled || fingerprint === this.#current) return undefined;
    this.#current = fingerprint;
    return result;
  }

  watch(onNews: (news: Buffer[] | { problem: string }) => void): void {
    setInterval(() => {
      const news = this.look();
      if (news) onNews(news);
    }, POLL_INTERVAL_MS).unref();
  }

  #read(): { fingerprint: string; result: Buffer[] | { problem: string } } {
    try {
      const contents = this.#paths.map((path) => readFileSync(path));
      return { fingerprint: contents.map(digest).join(' '), result: contents };
    } catch (error) {
      const problem = `cannot be read: ${types.isNativeError(error) ? error.message : String(error)}`;
      return { fingerprint: problem, result: { problem } };
    }
  }
}

function digest(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('base64');
}
