import { describe, expect, it } from '@jest/globals';
import { isNodeReady } from './node-readiness.ts';

const node = (status: string, lastHeartbeatTime: string): Parameters<typeof isNodeReady>[0] => ({
  status: { conditions: [{ type: 'Ready', status, lastHeartbeatTime }] },
});
const startedMs = Date.parse('2026-01-01T00:00:10.700Z');

describe('a node', () => {
  it('is ready by a heartbeat of its present life only', () => {
    expect(isNodeReady(node('True', '2026-01-01T00:00:10Z'), startedMs)).toBe(true);
    expect(isNodeReady(node('True', '2026-01-01T00:00:09Z'), startedMs)).toBe(false);
  });

  it('is not ready when it says so, or says nothing', () => {
    expect(isNodeReady(node('False', '2026-01-01T00:00:11Z'), startedMs)).toBe(false);
    expect(isNodeReady({ status: {} }, 0)).toBe(false);
  });
});
