import { readFileSync } from 'node:fs';
import type { ConfigProblem } from './config-problem.ts';
import { readHotSettings } from './hot-settings.ts';
import type { HotSettings } from './server-config.ts';

/**
 * How often the file is read again. A mounted ConfigMap changes by a swap of symbolic links, which file
 * watching sees differently on every file system; reading a few hundred bytes is as cheap and always right.
 */
const POLL_INTERVAL_MS = 2_000;

export interface SettingsFileEvents {
  onChange: (hot: HotSettings) => void;
  onProblems: (problems: readonly ConfigProblem[]) => void;
}

/** The file with what can change while the server runs. */
export class SettingsFile {
  readonly #path: string;
  readonly #fallback: HotSettings;
  #text: string | undefined;

  /** @param fallback what holds for settings that the file does not have */
  constructor(path: string, fallback: HotSettings) {
    this.#path = path;
    this.#fallback = fallback;
  }

  /** Reads the file. @returns the settings, what is wrong, or undefined when it is as it was */
  read(): HotSettings | { problems: ConfigProblem[] } | undefined {
    let text: string;
    try {
      text = readFileSync(this.#path, 'utf8');
    } catch (error) {
      text = '';
      if (this.#text === text) return undefined;
      this.#text = text;
      const reason = error instanceof Error ? error.message : String(error);
      return { problems: [{ name: '(the file)', value: this.#path, allowed: `a readable file (${reason})` }] };
    }
    if (text === this.#text) return undefined;
    this.#text = text;
    return readHotSettings(text, this.#fallback);
  }

  /** Reads it again and again. With a problem the old settings stay. */
  watch({ onChange, onProblems }: SettingsFileEvents): void {
    setInterval(() => {
      const result = this.read();
      if (!result) return;
      if ('problems' in result) onProblems(result.problems);
      else onChange(result);
    }, POLL_INTERVAL_MS).unref();
  }
}
