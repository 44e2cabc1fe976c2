import { expect, it } from '@jest/globals';
import { roundCosts as costs } from './costs-fixture.ts';
import { fleetPlan } from './fleet-plan.ts';

const TEN_MILLION = 1e7;

it('takes the nodes that bandwidth asks for, where it asks for more than pods do', () => {
  const plan = fleetPlan(costs, { clients: TEN_MILLION, ticksPerSecond: 2_000, framesPerSecond: 4 });
  // 4 × 10⁷ deliveries of 12 + 25.036 µs at 70 %, two CPUs a pod.
  expect(plan.pods).toBe(1_059);
  // 8 × 4 × 10⁷ × (25,036 + 18 × 90) bits by 25 × 10⁹, against 152 nodes of seven pods.
  expect([plan.nodes, plan.binds]).toEqual([342, 'bandwidth']);
  // Pods of 100 MB, and 2,000 + 3,000 + 25,036 bytes for each client.
  expect(plan.memoryBytes).toBeCloseTo(1_059 * 100e6 + TEN_MILLION * 30_036);
});

it('counts all connections that a pod may have, and the memory of the pods themselves', () => {
  const plan = fleetPlan(costs, { clients: TEN_MILLION, ticksPerSecond: 1, framesPerSecond: 1 / 60 });
  expect([plan.pods, plan.nodes, plan.binds]).toEqual([200, 29, 'connections per pod']);
  expect(plan.memoryBytes).toBeCloseTo(200 * 100e6 + TEN_MILLION * (5_000 + 3_036));
});

it('is bound by memory where connections take much of it', () => {
  const large = { ...costs, kernel: 98_000 };
  const plan = fleetPlan(large, { clients: 1_000_000, ticksPerSecond: 1, framesPerSecond: 1 });
  // 10⁶ × (100,000 + 86) bytes by 0.9 × 2 GiB without 100 MB.
  expect([plan.pods, plan.binds]).toEqual([55, 'memory']);
});

it('is bound by the one process that encodes, where each client has a frame of its own', () => {
  const slow = { ...costs, frameOf1: 50e-6, frameOf100: 50e-6 };
  const plan = fleetPlan(slow, { clients: 100_000, ticksPerSecond: 10, framesPerSecond: 10, isFiltered: true });
  // 10⁶ frames of 50 µs at 70 % of one CPU a pod; 10⁶ deliveries of 20 µs would be 15 pods.
  expect([plan.pods, plan.binds]).toEqual([72, 'one supervisor a pod']);
});
