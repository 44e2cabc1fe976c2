import { readFileSync } from 'node:fs';

/** Reads a small text file, such as one of the kernel's. @returns undefined where it cannot be read */
export function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
