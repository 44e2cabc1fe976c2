import { describe, expect, it } from '@jest/globals';
import { readConfig } from '@tick-storm/server/config';
import type { TickStormSpecInput } from '../api/v1alpha1/spec.ts';
import { parseTickStorm } from '../api/v1alpha1/tick-storm.ts';
import { buildServerEnv } from './server-env.ts';

function environment(spec: TickStormSpecInput): Record<string, string> {
  const parsed = parseTickStorm({ metadata: { name: 'a', namespace: 'b', uid: 'c' }, spec });
  if (!parsed.ok) throw new Error(parsed.problem);
  return Object.fromEntries(buildServerEnv(parsed.value).map(({ name, value }) => [name, value ?? '(from elsewhere)']));
}

describe('the environment of the server', () => {
  it.each<[string, TickStormSpecInput]>([
    ['the defaults', {}],
    [
      'the smallest values',
      {
        server: {
          maxConnections: 1,
          maxWriteQueueSize: 1,
          writeDeadlineMs: 100,
          tcpReadBufferSize: 1024,
          batchWindowMs: 1,
          maxBatchSize: 1,
          drainSeconds: 0,
          subscribeTimeout: '100ms',
          authMaxAttempts: 0,
          heartbeatIntervalMs: 100,
          heartbeatTimeoutMs: 101,
        },
        processLimits: { openFiles: 64, memoryBytes: 134_217_728, cpuTimeSeconds: 0, stackBytes: 2_097_152 },
        runtime: { workers: 1, heapMegabytes: 64 },
        resources: { limits: { memory: '64Mi', cpu: '100m' } },
        feed: { clock: { tickIntervalMs: 1, symbols: ['A'], seed: 'x' } },
      },
    ],
    [
      'the largest values',
      {
        server: {
          maxConnections: 1_000_000,
          maxWriteQueueSize: 1_000_000,
          writeDeadlineMs: 600_000,
          tcpReadBufferSize: 16_777_216,
          batchWindowMs: 1_000,
          maxBatchSize: 1_000,
          drainSeconds: 3_600,
          authMaxAttempts: 1_000,
        },
        processLimits: {
          openFiles: 1_048_576,
          memoryBytes: 1_099_511_627_776,
          cpuTimeSeconds: 2_147_483_647,
          stackBytes: 1_073_741_824,
          coreBytes: 1_099_511_627_776,
        },
        runtime: { workers: 64 },
        feed: { clock: { tickIntervalMs: 60_000 } },
      },
    ],
    [
      'a heap for more CPUs than the server can use',
      { resources: { limits: { cpu: 128, memory: '4Ti' } }, runtime: { heapMegabytes: 8_192 } },
    ],
    [
      'users, load balancers and less memory than the container has',
      {
        auth: { usersSecretRef: { name: 'users' } },
        server: { proxyProtocol: { mode: 'Enabled', trustedCIDRs: ['10.0.0.0/8', '2001:db8::1'] } },
        runtime: { memoryLimit: '1536Mi' },
      },
    ],
  ])('is accepted by the server: %s', (_, spec) => {
    expect(readConfig(environment(spec))).toMatchObject({ notes: [] });
  });

  it('follows the guide when nothing is said, and leaves the size to the server', () => {
    const variables = environment({});
    expect(variables).toMatchObject({
      ULIMIT_MAX_OPEN_FILES: '65536',
      ULIMIT_MAX_CPU_TIME: '7200',
      ULIMIT_MAX_STACK_SIZE: '8388608',
    });
    for (const name of ['ULIMIT_MAX_MEMORY_SIZE', 'WORKERS', 'NODE_OPTIONS'])
      expect(variables).not.toHaveProperty(name);
  });

  it('hands on the size that is declared', () => {
    const processLimits = { memoryBytes: 1_610_612_736 };
    expect(environment({ processLimits, runtime: { workers: 3, heapMegabytes: 1_400 } })).toMatchObject({
      ULIMIT_MAX_MEMORY_SIZE: '1610612736',
      WORKERS: '3',
      // For a supervisor and three workers.
      NODE_OPTIONS: '--max-old-space-size=350',
    });
  });

  it('fixes the number of workers that a declared heap is shared out to', () => {
    const spec = { resources: { limits: { cpu: '1500m' } }, runtime: { heapMegabytes: 1_400 } };
    expect(environment(spec)).toMatchObject({ WORKERS: '2', NODE_OPTIONS: '--max-old-space-size=466' });
  });

  it('sizes the server after memoryLimit where it is given', () => {
    expect(environment({ runtime: { memoryLimit: '1Gi' } })).toMatchObject({ MEMORY_LIMIT: '1073741824' });
  });

  it('says nothing of users and load balancers that are not declared', () => {
    const names = Object.keys(environment({}));
    expect(names).not.toEqual(
      expect.arrayContaining([expect.stringMatching(/^(AUTH_USERS_FILE|PROXY_|MEMORY_LIMIT)/)]),
    );
  });

  it('hands the seed on as it is written: the kubelet expands no variable in it', () => {
    // In a value, `$$` stands for `$`, and `$(NAME)` for another variable.
    expect(environment({ feed: { clock: { seed: 'a$(AUTH_PASSWORD)$$b' } } })['FEED_SEED']).toBe(
      'a$$(AUTH_PASSWORD)$$$$b',
    );
  });

  it('leaves out what the server can change while it runs', () => {
    expect(Object.keys(environment({ server: { logLevel: 'debug', ipAllowlist: ['10.0.0.0/8'] } }))).not.toEqual(
      expect.arrayContaining([expect.stringMatching(/^(LOG_LEVEL|IP_)/)]),
    );
  });
});
