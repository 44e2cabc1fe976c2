import { describe, expect, it } from '@jest/globals';
import { clientsOf, deliveryCost, encodeCost, filteredCost, fleetLoad, flushCost, podLoad } from './cost-model.ts';
import { roundCosts as costs } from './costs-fixture.ts';

const FULL = { ticksPerSecond: 2_000 };
/** Of a frame without its ticks; a frame of the whole stream has 100,000 bytes of ticks a second more. */
const FRAME = 36;

describe('the cost of a delivery', () => {
  it('has a part for each byte', () => {
    expect(deliveryCost(costs, 2_000)).toBeCloseTo(14e-6, 12);
    expect(deliveryCost(costs, 25_036)).toBeCloseTo(37.036e-6, 12);
  });

  it('is multiplied by TLS', () => {
    expect(deliveryCost(costs, 25_036, true)).toBeCloseTo(74.072e-6, 12);
  });

  it('is the measured one of a filter for what was measured, and more for more ticks and bytes', () => {
    expect(filteredCost(costs, 90, 1)).toBeCloseTo(20e-6, 12);
    // 10 ticks more at 0.1 µs, 500 bytes more at 1 ns.
    expect(filteredCost(costs, 590, 11)).toBeCloseTo(21.5e-6, 12);
  });

  it('has of encoding what 1 and 100 ticks took', () => {
    expect([1, 35, 100].map((ticks) => encodeCost(costs, ticks) * 1e6)).toEqual([
      expect.closeTo(2),
      expect.closeTo(5.4),
      expect.closeTo(11.9),
    ]);
  });
});

it('takes apart what a flush costs whatever its clients, and what each of these costs', () => {
  // 100 × 12 µs = f + 100 d, 1,000 × 7.5 µs = f + 1,000 d.
  expect(flushCost(costs)).toBeCloseTo(500e-6, 12);
  expect(flushCost({ ...costs, of100: 7e-6, of1000: 8e-6 })).toBe(0);
});

describe('podLoad', () => {
  it('stretches the window so far that the CPUs carry frames and bytes at 70 %', () => {
    const load = podLoad(costs, 5_000, 2, FULL);
    // 0.5 ms of the flush and 5,000 frames of 12.036 µs by 1.4 − 5,000 × 100 µs for the ticks of a second.
    const windowSeconds = (0.0005 + 0.06018) / 0.9;
    const deliveryBytes = FRAME + 100_000 * windowSeconds;
    expect(load.windowSeconds).toBeCloseTo(windowSeconds);
    expect(load.deliveryBytes).toBeCloseTo(deliveryBytes);
    expect(load.cpu).toBeCloseTo(1.4);
    expect(load.bytes).toBe(100e6 + 5_000 * 5_000);
    expect(load.inFlightBytes).toBeCloseTo(5_000 * deliveryBytes);
    // 6,778 bytes are five segments.
    expect(load.wireBitsPerSecond).toBeCloseTo((8 * 5_000 * (deliveryBytes + 5 * 90)) / windowSeconds);
  });

  it('keeps to the least window, where the CPUs have room, and has several flushes in flight', () => {
    const load = podLoad(costs, 100, 2, FULL);
    // 0.5 ms and 100 deliveries of 536 bytes, 12.536 µs, every 5 ms; ten of them within 50 ms.
    expect([load.windowSeconds, load.cpu]).toEqual([0.005, expect.closeTo(0.1 + 0.25072)]);
    expect(load.inFlightBytes).toBeCloseTo(100 * 536 * 10);
  });

  it('has no window for more bytes than the CPUs carry', () => {
    expect(podLoad(costs, 14_000, 2, FULL).windowSeconds).toBe(Infinity);
    expect(podLoad(costs, 13_900, 2, FULL).windowSeconds).toBeGreaterThan(1);
  });

  it('counts TLS in CPU and memory', () => {
    const load = podLoad(costs, 2_500, 2, { ...FULL, isTls: true });
    // 0.5 ms and 2,500 × 24.072 µs by 1.4 − 2,500 × 200 µs.
    expect(load.windowSeconds).toBeCloseTo((0.0005 + 0.06018) / 0.9);
    expect(load.bytes).toBe(100e6 + 2_500 * 15_000);
  });
});

describe('clientsOf', () => {
  it('has the bytes of the window in each delivery', () => {
    // 0.25 s × 1.4 − 0.5 ms by 37.036 µs.
    expect(clientsOf(costs, 0.25, 2, FULL)).toBeCloseTo(9_436.8, 1);
    expect(clientsOf(costs, 0.25, 2, { ...FULL, isTls: true })).toBeCloseTo(4_718.4, 1);
  });

  it('is the other way round of podLoad', () => {
    const { windowSeconds } = podLoad(costs, 5_000, 2, FULL);
    expect(clientsOf(costs, windowSeconds, 2, FULL)).toBeCloseTo(5_000);
  });
});

describe('fleetLoad', () => {
  it('counts what clients of the whole stream share', () => {
    const load = fleetLoad(costs, { clients: 1_000_000, ticksPerSecond: 2_000, framesPerSecond: 4 });
    expect(load).toEqual({
      deliveriesPerSecond: 4_000_000,
      deliveryBytes: 25_036,
      // 37.036 µs each.
      cpus: expect.closeTo(148.144 / 0.7),
      supervisors: 0,
      payloadBitsPerSecond: 32e6 * 25_036,
      // 18 segments.
      wireBitsPerSecond: 32e6 * (25_036 + 18 * 90),
      clientBytes: 5_000 + 25_036,
    });
  });

  it('takes for filters the cost of frames that are not shared', () => {
    const load = fleetLoad(costs, {
      clients: 1_000_000,
      ticksPerSecond: 48,
      framesPerSecond: 4,
      isFiltered: true,
    });
    // 12 ticks, and 13 bytes for the distances between them.
    expect(load.deliveryBytes).toBe(12 * 50 + FRAME + 13);
    // 20 µs, 11 ticks more at 0.1 µs, 559 bytes more at 1 ns.
    expect(load.cpus).toBeCloseTo((4 * 21.659) / 0.7);
    // 2 + 1.1 µs.
    expect(load.supervisors).toBeCloseTo((4 * 3.1) / 0.7);
    expect(load.wireBitsPerSecond).toBe(32e6 * (649 + 90));
  });

  it('counts TLS', () => {
    const audience = { clients: 1_000_000, ticksPerSecond: 2_000, framesPerSecond: 4 };
    const load = fleetLoad(costs, { ...audience, isTls: true });
    expect(load.cpus).toBeCloseTo((2 * 148.144) / 0.7);
    expect(load.clientBytes).toBe(15_000 + 25_036);
  });
});
