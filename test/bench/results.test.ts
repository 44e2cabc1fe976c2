import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { writeFigures } from './figures-file.ts';
import type { Machine } from './machine.ts';
import { earlierResults } from './results.ts';

const machine: Machine = {
  cpu: 'a',
  cpus: 2,
  memoryGiB: 4,
  kernel: 'Linux 6',
  congestionControl: 'cubic',
  node: 'v24',
  nats: 'v2',
};
const session = { date: '2026-01-01T00:00:00Z', command: 'npm run bench -- fanout' };

let folder = '';
const file = (): string => join(folder, 'results.json');

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bench-results-'));
});

afterEach(() => rm(folder, { recursive: true, force: true }));

it('begins anew without a file', async () => {
  const none = { pace: 'full', machine, scenarios: {} };
  expect(await earlierResults(undefined, 'full', machine)).toEqual(none);
  expect(await earlierResults(file(), 'full', machine)).toEqual(none);
});

it('adds to what is in the file', async () => {
  const before = await earlierResults(file(), 'full', machine);
  before.scenarios['fanout'] = { session, rows: [] };
  await writeFigures(file(), before);
  expect(await earlierResults(file(), 'full', machine)).toEqual(before);
});

it('does not mix machines or paces', async () => {
  await writeFigures(file(), await earlierResults(file(), 'full', machine));
  await expect(earlierResults(file(), 'quick', machine)).rejects.toThrow('name another file');
  await expect(earlierResults(file(), 'full', { ...machine, cpus: 4 })).rejects.toThrow('"cpus":2');
});

it('leaves other files alone', async () => {
  await writeFile(file(), 'ticks');
  await expect(earlierResults(file(), 'full', machine)).rejects.toThrow('is not JSON');
  await writeFile(file(), '{"pace":1}');
  await expect(earlierResults(file(), 'full', machine)).rejects.toThrow('does not hold figures of this bench');
});
