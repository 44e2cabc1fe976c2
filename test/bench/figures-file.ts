import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';

/**
 * Reads what an earlier session has written.
 * @returns undefined when there is no such file
 * @throws {Error} when it holds something else than JSON
 */
export async function readFigures(file: string): Promise<unknown> {
  if (!existsSync(file)) return undefined;
  try {
    return JSON.parse(await readFile(file, 'utf8'));
  } catch (error) {
    throw new Error(`${file} is not JSON, so no figures can be added to it: name another file`, { cause: error });
  }
}

export async function writeFigures(file: string, figures: object): Promise<void> {
  await writeFile(file, `${JSON.stringify(figures, null, 1)}\n`);
}
