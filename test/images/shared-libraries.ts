import { runCommand } from './run-command.ts';

/**
 * The files in the output of ldd(1): libraries as the loader found them, and the loader itself.
 * The kernel's vdso has no file. Throws when a library was not found.
 */
export function parseLdd(output: string): string[] {
  const files: string[] = [];
  for (const line of output.split('\n')) {
    if (line.includes('=> not found')) {
      throw new Error(`a shared library is missing on this machine: ${line.trim()}`);
    }
    const file = /(?:^|=>)\s*(?<file>\/\S+)/.exec(line)?.groups?.['file'];
    if (file !== undefined) files.push(file);
  }
  return files;
}

/** Paths of everything that a dynamically linked program loads at its start. */
export async function sharedLibraries(program: string): Promise<string[]> {
  return parseLdd(await runCommand('ldd', [program]));
}
