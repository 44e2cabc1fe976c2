import { describe, expect, it } from '@jest/globals';
import type { ServerEnv } from './config.ts';
import { readConfig } from './config.ts';
import type { ConfigProblem } from './config/config-problem.ts';
import { formatProblem } from './config/config-problem.ts';
import type { ServerConfig } from './config/server-config.ts';

const credentials: ServerEnv = { AUTH_USERNAME: 'user', AUTH_PASSWORD: 'secret' };

function configOf(env: Record<string, string>): ServerConfig {
  const result = readConfig({ ...credentials, ...env });
  if ('problems' in result) throw new Error(result.problems.map(formatProblem).join('\n'));
  return result.config;
}

function problemsOf(env: Record<string, string>): ConfigProblem[] {
  const result = readConfig(env);
  return 'problems' in result ? result.problems : [];
}

function notesOf(env: Record<string, string>): string[] {
  const result = readConfig({ ...credentials, ...env });
  return 'notes' in result ? result.notes : [];
}

describe('readConfig', () => {
  it('has the defaults of the contract', () => {
    expect(configOf({})).toMatchObject({
      listen: { host: undefined, port: 8080 },
      metrics: { host: undefined, port: 9090 },
      workers: null,
      authTimeoutMs: 10_000,
      tcpReadBufferBytes: 65_536,
      tcpWriteBufferBytes: 65_536,
      hot: {
        logLevel: 'info',
        ipAllowlist: [],
        ipBlocklist: [],
        authMaxAttempts: 3,
        authRateLimitWindow: 60_000,
        subscribeTimeout: 60_000,
        maxConnections: 50_000,
        heartbeatIntervalMs: 15_000,
        heartbeatTimeoutMs: 20_000,
        batchWindowMs: 5,
        maxBatchWindowMs: 250,
        maxBatchSize: 100,
        writeDeadlineMs: 5_000,
        maxWriteQueueSize: 1_000,
        maxWriteQueueBytes: 1_048_576,
        maxWriteQueueAgeMs: 10_000,
        slowConsumerPolicy: 'close',
        drainSeconds: 10,
      },
      limits: { openFiles: null, memoryBytes: null, cpuSeconds: null, stackBytes: null, coreBytes: null },
    });
  });

  it('names every problem at once, with value and what is allowed', () => {
    const problems = problemsOf({
      LISTEN_ADDR: 'nowhere',
      WORKERS: '0',
      AUTH_USERNAME: '',
      SUBSCRIBE_TIMEOUT: '60',
      MAX_CONNECTIONS: '-1',
      IP_BLOCKLIST: '10.0.0.0/33',
      TLS_ENABLED: 'maybe',
      FEED_SYMBOLS: 'AAPL,aapl',
      LOG_LEVEL: 'loud',
    });
    expect(problems.map(({ name, value }) => `${name}=${value}`)).toEqual([
      'LISTEN_ADDR=nowhere',
      'WORKERS=0',
      'LOG_LEVEL=loud',
      'AUTH_USERNAME=',
      'AUTH_PASSWORD=',
      'SUBSCRIBE_TIMEOUT=60',
      'MAX_CONNECTIONS=-1',
      'IP_BLOCKLIST=10.0.0.0/33',
      'TLS_ENABLED=maybe',
      'FEED_SYMBOLS=AAPL,aapl',
    ]);
    expect(problems.find(({ name }) => name === 'SUBSCRIBE_TIMEOUT')?.allowed).toContain('15s');
    expect(problems.find(({ name }) => name === 'LOG_LEVEL')?.allowed).toBe('one of error, warn, info, debug');
  });

  it('never shows a password', () => {
    const problems = problemsOf({ AUTH_USERNAME: 'user', AUTH_PASSWORD: 's'.repeat(129) });
    expect(problems).toHaveLength(1);
    expect(JSON.stringify(problems)).not.toContain('sss');
  });

  it('needs no credentials with a users file, but both or neither', () => {
    const file = { AUTH_USERS_FILE: '/users' };
    const result = readConfig(file);
    expect('config' in result && result.config).toMatchObject({ username: '', password: '', usersFile: '/users' });
    expect(problemsOf({ ...file, AUTH_USERNAME: 'user' })).toEqual([
      { name: 'AUTH_PASSWORD', value: '', allowed: 'to be set together with AUTH_USERNAME' },
    ]);
    expect(problemsOf({ ...file, AUTH_PASSWORD: 'secret' }).map(({ name }) => name)).toEqual(['AUTH_USERNAME']);
  });

  it('takes the old names of credentials, and the new ones first', () => {
    const old = { STREAM_USER: 'old', STREAM_PASS: 'old pass' };
    const result = readConfig(old);
    expect('config' in result && result.config).toMatchObject({ username: 'old', password: 'old pass' });
    expect(configOf(old)).toMatchObject({ username: 'user', password: 'secret' });
    expect(notesOf(old)).toContain('STREAM_USER has no effect: AUTH_USERNAME is set too');
  });

  it.each([
    ['TLS_ENABLED', 'constructor'],
    ['LISTEN_ADDR', '[:::]:80'],
  ])('takes %s=%s for what it is: wrong', (name, value) => {
    const problems = problemsOf({ ...credentials, [name]: value });
    expect(problems.map((problem) => problem.name)).toEqual([name]);
  });

  it.each([
    [':9', { host: undefined, port: 9 }],
    ['127.0.0.1:0', { host: '127.0.0.1', port: 0 }],
    ['[::1]:80', { host: '::1', port: 80 }],
    ['localhost:8080', { host: 'localhost', port: 8080 }],
  ])('reads the address %s', (text, expected) => {
    expect(configOf({ LISTEN_ADDR: text }).listen).toEqual(expected);
  });

  it.each([
    ['250ms', 250],
    ['15s', 15_000],
    ['1m', 60_000],
    ['1m30s', 90_000],
    ['0.5s', 500],
    ['24h', 86_400_000],
    ['0', 0],
  ])('reads the duration %s', (text, expected) => {
    expect(configOf({ HISTORY_WINDOW: text }).hot.historyWindow).toBe(expected);
  });

  it('reads lists of networks', () => {
    expect(configOf({ IP_ALLOWLIST: '10.0.0.0/8, ::1 ,192.168.1.1' }).hot.ipAllowlist).toEqual([
      { address: '10.0.0.0', prefix: 8, family: 'ipv4' },
      { address: '::1', prefix: 128, family: 'ipv6' },
      { address: '192.168.1.1', prefix: 32, family: 'ipv4' },
    ]);
  });

  it('wants the files that TLS needs', () => {
    const problems = problemsOf({ ...credentials, TLS_ENABLED: 'true', TLS_CLIENT_AUTH: 'require' });
    expect(problems.map(({ name }) => name)).toEqual(['TLS_CERT_FILE', 'TLS_KEY_FILE', 'TLS_CA_FILE']);
  });

  it('says what is not understood or has no effect', () => {
    expect(notesOf({ AUTH_FOO: '1', GOMEMLIMIT: '1400MB', TLS_CERT_FILE: '/cert', PATH: '/bin' })).toEqual([
      'AUTH_FOO is not a setting of this server; it is ignored',
      'GOMEMLIMIT has no effect: heap sizes follow from the memory limit; MEMORY_LIMIT overrides it',
      'TLS_CERT_FILE has no effect: TLS_ENABLED is false',
    ]);
  });
});
