import { describe, expect, it } from '@jest/globals';
import { costsOf, type Costs } from './costs.ts';
import { roundCosts } from './costs-fixture.ts';
import type { Measurement } from './measurement.ts';
import type { Results } from './results.ts';
import { scenarios as allScenarios } from './scenarios.ts';

type Measured = Results['scenarios'][string];

const session = { date: '2026-01-01', command: '' };

function measured(label: string, figures: Partial<Measurement>): Measured {
  const measurement = { missing: 0, ...figures } as Measurement;
  return { session, rows: [{ label, contender: 'tick-storm', measurements: [measurement] }] };
}

function merged(...parts: Measured[]): Measured {
  return { session, rows: parts.flatMap(({ rows }) => rows) };
}

const scenarios: Results['scenarios'] = {
  fanout: merged(
    measured('100 every 5 ms', { cpuMicrosPerDelivery: 12 }),
    measured('1,000 every 20 ms', { cpuMicrosPerDelivery: 7.5 }),
    measured('10,000 every 200 ms', { cpuMicrosPerDelivery: 14, megabytesPerSecond: 100, deliveriesPerSecond: 50_000 }),
    measured('10,000 every 50 ms', { cpuMicrosPerDelivery: 10, megabytesPerSecond: 400, deliveriesPerSecond: 100_000 }),
    measured('1,000 saturated', { cpuMicrosPerDelivery: 2, megabytesPerSecond: 1_000, deliveriesPerSecond: 500_000 }),
  ),
  tls: merged(
    measured('1,000 every 20 ms, plain', { cpuMicrosPerDelivery: 7 }),
    measured('1,000 every 20 ms, TLS', { cpuMicrosPerDelivery: 14 }),
  ),
  filters: measured('10,000 filters', {
    cpuMicrosPerDelivery: 20,
    megabytesPerSecond: 1.8,
    deliveriesPerSecond: 20_000,
    ticksPerSecond: 20_000,
  }),
  memory: measured('19,000 idle', { rssPerConnection: 2_000, kernelPerConnection: 6_000 }),
  connect: merged(
    measured('20,000 at once', { connectsPerSecond: 5_000, connected: 20_000, rssBytes: 140e6 }),
    measured('20,000 at once, TLS', { connectsPerSecond: 1_000, connected: 20_000, rssBytes: 340e6 }),
  ),
  // 30 ticks a frame: 30 × 50 + 36 bytes.
  ticks: measured('1,000 × 1,000 ticks/s', {
    deliveriesPerSecond: 1_000,
    ticksPerSecond: 30_000,
    megabytesPerSecond: 1.536,
  }),
};
const encode = {
  session,
  rows: [
    { ticks: 1, tickMicros: [1.2], frameMicros: [2, 1.9, 2.1] },
    { ticks: 35, tickMicros: [1.1], frameMicros: [5.4] },
    { ticks: 100, tickMicros: [0.9, 1, 3], frameMicros: [11.9] },
  ],
};
const results = { pace: 'full', machine: { cpus: 2 }, scenarios, encode } as unknown as Results;

function costsIn(of: Results): Costs {
  const costs = costsOf(of);
  if ('missing' in costs) throw new Error(costs.missing.join());
  return costs;
}

describe('costsOf', () => {
  it('takes each figure from its scenario', () => {
    const found = costsIn(results);
    for (const name of Object.keys(roundCosts) as (keyof Costs)[]) {
      // Relative, for some are microseconds.
      expect([name, found[name] / roundCosts[name]]).toEqual([name, expect.closeTo(1, 9)]);
    }
  });

  it.each([
    ['fanout', ['100 every 5 ms', '1,000 every 20 ms', '10,000 every 200 ms', '10,000 every 50 ms', '1,000 saturated']],
    ['tls', ['1,000 every 20 ms, TLS', '1,000 every 20 ms, plain']],
    ['filters', ['10,000 filters']],
    ['memory', ['19,000 idle']],
    ['connect', ['20,000 at once', '20,000 at once, TLS']],
    ['ticks', ['1,000 × 1,000 ticks/s']],
  ])('tells what is missing without %s', (name, labels) => {
    const { [name]: _, ...others } = scenarios;
    const missing = labels.map((label) => `${name}: ${label}`);
    expect(costsOf({ ...results, scenarios: others })).toEqual({ missing: expect.arrayContaining(missing) });
  });

  it('takes figures only from rows that a full run has', () => {
    const rows = allScenarios.flatMap(({ name, cases }) => cases('full').map(({ label }) => `${name}: ${label}`));
    const wanted = costsOf({ ...results, scenarios: {} });
    expect(wanted).toHaveProperty('missing', expect.any(Array));
    expect(rows).toEqual(expect.arrayContaining((wanted as { missing: string[] }).missing));
  });

  it('has none without what encoding takes', () => {
    const { encode: _, ...others } = results;
    expect(costsOf(others)).toEqual({ missing: ['encoding 100 ticks', 'encoding 1 ticks', 'encoding 35 ticks'] });
  });

  it('has none of a run that lacked connections', () => {
    const lacking = measured('10,000 filters', { ...scenarios['filters']!.rows[0]!.measurements[0], missing: 1 });
    expect(costsOf({ ...results, scenarios: { ...scenarios, filters: lacking } })).toEqual({
      missing: ['filters: 10,000 filters'],
    });
  });
});
