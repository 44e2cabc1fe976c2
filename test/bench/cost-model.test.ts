import { describe, expect, it } from '@jest/globals';
import { clientsOf, costsOf, fleetLoad, podLoad, type Costs } from './cost-model.ts';
import { roundCosts as costs } from './costs-fixture.ts';
import type { Measurement } from './measurement.ts';
import type { Results } from './results.ts';

describe('podLoad', () => {
  it('stretches the window so far that the CPUs carry the deliveries at 70 %', () => {
    expect(podLoad(costs, 10_000, 2)).toEqual({ windowSeconds: 0.1, cpu: 1.4, bytes: 150e6 });
    expect(clientsOf(costs, 0.1, 2)).toBeCloseTo(10_000);
  });

  it('keeps to the least window, where the CPUs have room', () => {
    const { windowSeconds, cpu } = podLoad(costs, 100, 2);
    expect([windowSeconds, cpu]).toEqual([0.005, expect.closeTo(0.28)]);
  });
});

it('counts ticks, and frames with their own bytes, of all clients', () => {
  expect(fleetLoad(costs, { clients: 1_000_000, ticksPerSecond: 50, framesPerSecond: 4 })).toEqual({
    deliveriesPerSecond: 4_000_000,
    cpus: 80,
    bitsPerSecond: 8e6 * (50 * 50 + 4 * 20),
  });
});

describe('costsOf', () => {
  const measured = (label: string, figures: Partial<Measurement>): Results['scenarios'][string] => {
    const measurement = { missing: 0, ...figures } as Measurement;
    return {
      session: { date: '2026-01-01', command: '' },
      rows: [{ label, contender: 'tick-storm', measurements: [measurement] }],
    };
  };
  const merged = (...parts: Results['scenarios'][string][]): Results['scenarios'][string] => ({
    ...parts[0]!,
    rows: parts.flatMap(({ rows }) => rows),
  });
  const scenarios: Results['scenarios'] = {
    fanout: merged(
      measured('1,000 every 20 ms', { cpuMicrosPerDelivery: 7 }),
      measured('10,000 every 200 ms', { cpuMicrosPerDelivery: 14 }),
    ),
    tls: measured('1,000 every 20 ms, TLS', { cpuMicrosPerDelivery: 20 }),
    memory: measured('19,000 idle', { rssPerConnection: 2_000, kernelPerConnection: 6_000 }),
    connect: merged(
      measured('20,000 at once', { connectsPerSecond: 5_000, connected: 20_000, rssBytes: 140e6 }),
      measured('20,000 at once, TLS', { connectsPerSecond: 1_000 }),
    ),
    // 30 ticks a frame: 30 × 50 + 20 bytes.
    ticks: measured('1,000 × 1,000 ticks/s', {
      deliveriesPerSecond: 1_000,
      ticksPerSecond: 30_000,
      megabytesPerSecond: 1.52,
    }),
  };
  const results = { pace: 'full', machine: {}, scenarios } as unknown as Results;

  it('takes each figure from its scenario', () => {
    const found = costsOf(results)!;
    for (const name of Object.keys(costs) as (keyof Costs)[]) {
      expect([name, found[name]]).toEqual([name, expect.closeTo(costs[name])]);
    }
  });

  it.each(Object.keys(scenarios))('has none without %s', (name) => {
    const { [name]: _, ...others } = scenarios;
    expect(costsOf({ ...results, scenarios: others })).toBeUndefined();
  });
});
