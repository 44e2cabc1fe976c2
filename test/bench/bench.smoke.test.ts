import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { Measurement } from './measurement.ts';
import { scenarios } from './scenarios.ts';

// Shows that the bench itself works: every contender delivers, nothing is lost, figures are plausible. Says nothing
// about how fast anything is.

jest.setTimeout(300_000);

const main = join(dirname(fileURLToPath(import.meta.url)), 'main.ts');
const names = scenarios.map(({ name }) => name);

let folder = '';
let output = '';
let results: { scenarios: Record<string, { rows: { contender: string; measurements: Measurement[] }[] }> };

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bench-smoke-'));
  const json = join(folder, 'results.json');
  const args = ['--conditions=source', main, ...names, '--quick', '--json', json];
  ({ stdout: output } = await promisify(execFile)(process.execPath, args));
  results = JSON.parse(await readFile(json, 'utf8'));
});

afterAll(() => rm(folder, { recursive: true, force: true }));

describe.each(names)('the scenario %s', (name) => {
  it('prints its table', () => {
    expect(output).toContain(`\n${name}: `);
  });

  it('measures every contender', () => {
    const scenario = scenarios.find((each) => each.name === name)!;
    const wanted = scenario.cases('quick').flatMap(({ contenders }) => contenders);
    expect(results.scenarios[name]!.rows.map(({ contender }) => contender)).toEqual(wanted);
  });

  it('has all connections, keeps them, and loses nothing', () => {
    const cases = scenarios.find((each) => each.name === name)!.cases('quick');
    const { rows } = results.scenarios[name]!;
    const connections = cases.flatMap(({ contenders, load }) => contenders.map(() => load.connections));
    expect(rows.map(({ measurements }) => measurements[0]!.connected)).toEqual(connections);
    for (const { measurements } of rows) expect(measurements[0]).toMatchObject({ closed: 0, gaps: 0 });
  });
});

it('delivers about what was offered', () => {
  for (const { measurements } of results.scenarios['fanout']!.rows) {
    // 100 connections, a frame every 5 ms: 20,000 a second; a busy machine may be late.
    expect(measurements[0]!.deliveriesPerSecond).toBeGreaterThan(2_000);
    expect(measurements[0]!.latency!.p50).toBeGreaterThan(0);
    expect(measurements[0]!.cpuShare).toBeGreaterThan(0);
  }
});
