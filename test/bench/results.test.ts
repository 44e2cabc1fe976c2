import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import type { Machine } from './machine.ts';
import { beginResults, writeResults } from './results.ts';

const machine: Machine = { cpu: 'a', cpus: 2, memoryGiB: 4, kernel: 'Linux 6', node: 'v24', nats: 'v2' };
const first = { date: '2026-01-01T00:00:00Z', command: 'npm run bench -- fanout' };
const second = { date: '2026-01-02T00:00:00Z', command: 'npm run bench -- soak' };

let folder = '';
const file = (): string => join(folder, 'results.json');

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bench-results-'));
});

afterEach(() => rm(folder, { recursive: true, force: true }));

it('begins anew without a file', async () => {
  expect(await beginResults(undefined, first, 'full', machine)).toMatchObject({ sessions: [first], scenarios: {} });
  expect(await beginResults(file(), first, 'full', machine)).toMatchObject({ sessions: [first], scenarios: {} });
});

it('adds to what is in the file', async () => {
  const before = await beginResults(file(), first, 'full', machine);
  before.scenarios['fanout'] = [];
  await writeResults(file(), before);
  const after = await beginResults(file(), second, 'full', machine);
  expect(after).toEqual({ ...before, sessions: [first, second] });
});

it('does not mix machines or paces', async () => {
  await writeResults(file(), await beginResults(file(), first, 'full', machine));
  await expect(beginResults(file(), second, 'quick', machine)).rejects.toThrow('name another file');
  await expect(beginResults(file(), second, 'full', { ...machine, cpus: 4 })).rejects.toThrow('"cpus":2');
});

it('leaves other files alone', async () => {
  await writeFile(file(), 'ticks');
  await expect(beginResults(file(), first, 'full', machine)).rejects.toThrow('is not JSON');
  await writeFile(file(), '{"sessions":1}');
  await expect(beginResults(file(), first, 'full', machine)).rejects.toThrow('does not hold figures of this bench');
});
