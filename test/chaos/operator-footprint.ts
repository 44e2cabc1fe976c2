import { parseQuantity } from '@tick-storm/operator/api';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { repositoryRoot } from '../images/repository-root.ts';

/** What an operator holds, as the kernel counts it. */
export interface Footprint {
  readonly rssBytes: number;
  readonly openFiles: number;
}

/** Files that a healthy operator has open: sockets of 11 watches and of its pool, and its own. */
const MOST_OPEN_FILES = 100;
const NANOS = 1_000_000_000n;

/** The memory limit that the chart gives an operator by default. */
export function chartMemoryLimitBytes(): number {
  const file = join(repositoryRoot, 'charts', 'tick-storm-operator', 'values.yaml');
  const { resources } = parse(readFileSync(file, 'utf8')) as { resources: { limits: { memory: string } } };
  const nanos = parseQuantity(resources.limits.memory);
  if (nanos === undefined) throw new Error(`resources.limits.memory of ${file} is no quantity`);
  return Number(nanos / NANOS);
}

/** Of what an operator holds more than a healthy one would, or more than its container lets it have; in words. */
export function excessOf({ rssBytes, openFiles }: Footprint, limitBytes: number = chartMemoryLimitBytes()): string[] {
  return [
    ...(openFiles > MOST_OPEN_FILES ? [`${openFiles} files are open, ${MOST_OPEN_FILES} at most are to be`] : []),
    ...(rssBytes > limitBytes ? [`${rssBytes} bytes are resident, and the chart's limit is ${limitBytes}`] : []),
  ];
}
