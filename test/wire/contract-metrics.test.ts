import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { closeAll, open, openAuthenticated, openSubscribed } from './clients.ts';
import { CONTRACT_METRICS, type ContractMetric } from './contract-metrics.ts';
import { eventually } from './eventually.ts';
import { authFrame, heartbeatFrame } from './messages.ts';
import type { RawConnection } from './raw-connection.ts';
import { frame, TYPE } from './raw-frame.ts';
import { ServerProcess, USERNAME } from './server-process.ts';

/** Servers that differ in what they do soon. */
const environments = {
  plain: {},
  hasty: { HEARTBEAT_INTERVAL_MS: '200', HEARTBEAT_TIMEOUT_MS: '1000' },
  strict: { AUTH_MAX_ATTEMPTS: '1' },
  impatient: {
    WRITE_DEADLINE_MS: '300',
    FEED_TICK_INTERVAL_MS: '2',
    TCP_WRITE_BUFFER_SIZE: '4096',
    MAX_WRITE_QUEUE_SIZE: '1000000',
    MAX_WRITE_QUEUE_BYTES: '16777216',
    MAX_WRITE_QUEUE_AGE_MS: '60000',
  },
};
type Environment = keyof typeof environments;

interface Provocation {
  on?: Environment;
  /** Of the sample that is to move. */
  labels?: Readonly<Record<string, string>>;
  /** What makes it move. A gauge falls again when the connections are closed. */
  by: (server: ServerProcess) => Promise<unknown>;
}

async function failToLogIn(server: ServerProcess): Promise<void> {
  const connection = await open(server);
  connection.send(authFrame({ username: USERNAME, password: 'not the password' }));
  await connection.untilClosed();
}

async function sendBroken(server: ServerProcess): Promise<void> {
  const connection = await openAuthenticated(server);
  connection.send(frame(TYPE.HEARTBEAT, Buffer.alloc(0), { crcFlip: 1 }));
  await connection.untilClosed();
}

async function beat(server: ServerProcess): Promise<void> {
  const connection = await openAuthenticated(server);
  connection.send(heartbeatFrame(Date.now(), 1));
  await connection.nextOf(TYPE.PONG);
}

async function receive(server: ServerProcess): Promise<RawConnection> {
  const connection = await openSubscribed(server);
  // A snapshot and what is live.
  for (let count = 0; count < 3; count += 1) await connection.nextOf(TYPE.DATA_BATCH);
  return connection;
}

const provocations: Readonly<Record<ContractMetric, Provocation>> = {
  active_connections: { by: open },
  memory_usage_bytes: { by: (server) => Promise.all(Array.from({ length: 100 }, () => openSubscribed(server))) },
  subscriptions_current: { by: openSubscribed },
  total_connections_total: { by: open },
  connection_errors_total: { labels: { error_type: 'checksum_failed' }, by: sendBroken },
  messages_sent_total: { labels: { message_type: 'PONG' }, by: beat },
  messages_recv_total: { labels: { message_type: 'HEARTBEAT' }, by: beat },
  bytes_sent_total: { by: openAuthenticated },
  bytes_recv_total: { by: openAuthenticated },
  write_timeouts_total: { on: 'impatient', by: async (server) => (await receive(server)).socket.pause() },
  auth_success_total: { by: openAuthenticated },
  auth_failures_total: { labels: { reason: 'invalid_credentials' }, by: failToLogIn },
  auth_rate_limited_total: {
    on: 'strict',
    by: async (server) => {
      await failToLogIn(server);
      await failToLogIn(server);
    },
  },
  heartbeat_timeouts_total: { on: 'hasty', by: openAuthenticated },
  heartbeats_recv_total: { by: beat },
  errors_total: { labels: { error_code: 'CHECKSUM_FAILED' }, by: sendBroken },
  protocol_errors_total: { labels: { error_type: 'checksum_failed' }, by: sendBroken },
  connection_duration_seconds: { by: sendBroken },
  publish_latency_seconds: { by: receive },
  write_latency_seconds: { by: receive },
  message_processing_duration_seconds: { by: beat },
};

const names = Object.keys(CONTRACT_METRICS).filter(isContractMetric);

function isContractMetric(name: string): name is ContractMetric {
  return Object.hasOwn(CONTRACT_METRICS, name);
}

describe('each metric that dashboards use', () => {
  const servers: Partial<Record<Environment, ServerProcess>> = {};
  const serverOf = (name: ContractMetric): ServerProcess => servers[provocations[name].on ?? 'plain']!;

  beforeAll(async () => {
    for (const [name, env] of Object.entries(environments)) {
      Object.assign(servers, { [name]: await ServerProcess.start({ ...env, WORKERS: '2' }) });
    }
  });
  afterEach(closeAll);
  afterAll(() => Promise.all(Object.values(servers).map((server) => server.stop())));

  async function read(name: ContractMetric): Promise<number> {
    const metrics = await serverOf(name).metrics();
    const suffix = CONTRACT_METRICS[name] === 'histogram' ? '_count' : '';
    return metrics.value(`tick_storm_${name}${suffix}`, provocations[name].labels);
  }

  it('has a case, and no other has', () => {
    expect(Object.keys(provocations).sort()).toEqual([...names].sort());
  });

  it('has its type, and each sample is there once', async () => {
    const metrics = await servers.plain!.metrics();
    expect(names.map((name) => [name, metrics.type(`tick_storm_${name}`)])).toEqual(Object.entries(CONTRACT_METRICS));
    expect(metrics.duplicates()).toEqual([]);
  });

  it.each(names)('%s moves when it is provoked', async (name) => {
    await eventually('the connections of the case before to be gone', async () => {
      return (await serverOf(name).metrics()).value('tick_storm_active_connections') === 0;
    });
    const before = await read(name);
    await provocations[name].by(serverOf(name));
    await eventually(`${name} to rise above ${before}`, async () => (await read(name)) > before);
    if (name !== 'active_connections' && name !== 'subscriptions_current') return;
    closeAll();
    await eventually(`${name} to fall again`, async () => (await read(name)) === 0);
  });

  it('is in the documents, as all others are', async () => {
    const folder = join(import.meta.dirname, '..', '..', 'docs');
    const texts = await Promise.all(
      ['operations.md', 'resource-limits.md'].map((file) => readFile(join(folder, file), 'utf8')),
    );
    const documented = new Set([...texts.join('').matchAll(/`([a-z_]+)`/g)].map((match) => match[1]));
    const exposed = (await servers.plain!.metrics()).names().filter((name) => name.startsWith('tick_storm_'));
    expect(exposed.length).toBeGreaterThan(names.length);
    expect(exposed.filter((name) => !documented.has(name.replace('tick_storm_', '')))).toEqual([]);
  });
});
