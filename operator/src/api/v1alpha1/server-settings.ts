import { z } from 'zod';
import { asSet, withRules } from './markers.ts';

const addressList = (what: string): z.ZodArray<z.ZodString> =>
  asSet(
    z
      .array(
        withRules(z.string().max(43), [
          {
            rule: 'isIP(self) || isCIDR(self)',
            message: 'must be an IP address or a CIDR range, such as 192.0.2.7, 10.0.0.0/8 or 2001:db8::/32',
          },
        ]),
      )
      .max(256),
  ).describe(what);

/** What a hot change covers: these settings and most of those below live in the mounted configuration file and never roll a pod. */
const hot = {
  logLevel: z
    .enum(['error', 'warn', 'info', 'debug'])
    .default('info')
    .describe('Lowest level that the server logs. Takes effect without a restart.'),
  ipAllowlist: addressList(
    'Addresses and CIDR ranges that may connect; empty means all. Takes effect without a restart.',
  ).default([]),
  ipBlocklist: addressList(
    'Addresses and CIDR ranges that may not connect; wins over ipAllowlist. Takes effect without a restart.',
  ).default([]),
};

/** A whole number in which 0 stands for no limit. */
const offOr = (most: number, what: string): z.ZodDefault<z.ZodInt32> =>
  z.int32().min(0).max(most).default(0).describe(what);

const limits = {
  maxConnections: z
    .int32()
    .min(1)
    .max(1_000_000)
    .default(50_000)
    .describe('Client connections that one pod accepts. Environment variable MAX_CONNECTIONS.'),
  maxWriteQueueSize: z
    .int32()
    .min(1)
    .max(1_000_000)
    .default(1_000)
    .describe('Frames that may wait for one connection before it counts as slow. MAX_WRITE_QUEUE_SIZE.'),
  writeDeadlineMs: z
    .int32()
    .min(100)
    .max(600_000)
    .default(5_000)
    .describe('Milliseconds in which a client must take something of what is written to it. WRITE_DEADLINE_MS.'),
  slowConsumerPolicy: z
    .enum(['Close', 'Conflate', 'Drop'])
    .default('Close')
    .describe(
      'What happens to a client that does not keep up. Close: it is closed. Conflate: it gets the latest tick of each ' +
        'symbol. Drop: it loses the oldest batches.',
    ),
  maxWriteQueueBytes: z
    .int32()
    .min(65_548)
    .max(1_073_741_824)
    .default(1_048_576)
    .describe('Bytes that may wait for one connection before it counts as slow.'),
  maxWriteQueueAgeMs: z
    .int32()
    .min(100)
    .max(600_000)
    .default(10_000)
    .describe('Milliseconds that a frame may wait for one connection before it counts as slow.'),
  maxConnectionsPerIP: offOr(
    1_000_000,
    'Client connections of one address (IPv6: of one /64) to one pod; 0 means any.',
  ),
  connectionRateLimit: offOr(1_000_000, 'New connections per second that one pod accepts; 0 means any.'),
  connectionRateLimitPerIP: offOr(1_000_000, 'New connections per second of one address to one pod; 0 means any.'),
  maxConnectionsPerUser: offOr(1_000_000, 'Client connections of one user to one pod; 0 means any.'),
  maxSymbolsPerUser: offOr(1_000_000, 'Symbols that the subscriptions of one user name in one pod; 0 means any.'),
  tcpReadBufferSize: z
    .int32()
    .min(1_024)
    .max(16_777_216)
    .default(65_536)
    .describe('Bytes of a connection that are read at once. TCP_READ_BUFFER_SIZE.'),
  tcpWriteBufferSize: z
    .int32()
    .min(1_024)
    .max(16_777_216)
    .default(65_536)
    .describe('Bytes that the kernel may hold for a connection before writes wait. TCP_WRITE_BUFFER_SIZE.'),
};

const duration = (text: string, longest: '1h' | '24h', what: string): z.ZodDefault<z.ZodString> =>
  withRules(z.string().min(2).max(8), [
    {
      rule:
        `self.matches('^[1-9][0-9]*(ms|s|m|h)$') && duration(self) >= duration('100ms') && ` +
        `duration(self) <= duration('${longest}')`,
      message: `must be a duration from 100ms to ${longest}: a whole number with the unit ms, s, m or h, such as ${text}`,
    },
  ])
    .describe(what)
    .default(text);

const conversation = {
  heartbeatIntervalMs: z
    .int32()
    .min(100)
    .max(3_600_000)
    .default(15_000)
    .describe('Milliseconds between the heartbeats that clients are to send. HEARTBEAT_INTERVAL_MS.'),
  heartbeatTimeoutMs: z
    .int32()
    .min(100)
    .max(3_600_000)
    .default(20_000)
    .describe('Milliseconds without a frame after which a client is closed. HEARTBEAT_TIMEOUT_MS.'),
  subscribeTimeout: duration(
    '60s',
    '1h',
    'Time that a client has from authentication to its subscription. SUBSCRIBE_TIMEOUT.',
  ),
  authMaxAttempts: z
    .int32()
    .min(0)
    .max(1_000)
    .default(3)
    .describe('Failed logins of one address after which it is locked for authRateLimitWindow; 0 means never.'),
  authRateLimitWindow: duration('1m', '24h', 'Time over which failed logins count and lock. AUTH_RATE_LIMIT_WINDOW.'),
};

const batching = {
  batchWindowMs: z
    .int32()
    .min(1)
    .max(1_000)
    .default(5)
    .describe('Milliseconds over which ticks are gathered into one frame. BATCH_WINDOW_MS.'),
  maxBatchSize: z
    .int32()
    .min(1)
    .max(1_000)
    .default(100)
    .describe('Ticks after which a frame is sent before its window ends. MAX_BATCH_SIZE.'),
};

const historyWindow = withRules(z.string().min(1).max(8), [
  {
    rule: `self == '0' || (self.matches('^[1-9][0-9]*(ms|s|m|h)$') && duration(self) <= duration('24h'))`,
    message: 'must be 0 or a duration up to 24h: a whole number with the unit ms, s, m or h, such as 5m',
  },
])
  .describe('How far back a client may resume or replay; 0 means not at all.')
  .default('5m');

const proxyProtocol = withRules(
  z.object({
    mode: z
      .enum(['Enabled', 'Disabled'])
      .default('Disabled')
      .describe('Whether load balancers tell the address of each client, by the PROXY protocol, version 2.'),
    trustedCIDRs: addressList(
      'Addresses and CIDR ranges of these load balancers: each must send the header, and nobody else may.',
    ).default([]),
  }),
  [
    {
      rule: `(self.mode == 'Enabled') == (size(self.trustedCIDRs) > 0)`,
      message: 'trustedCIDRs must name the load balancers with mode Enabled, and be empty without',
      fieldPath: '.trustedCIDRs',
    },
  ],
)
  .describe('The PROXY protocol of load balancers. A change makes the pods anew.')
  .prefault({});

/** How the server treats its clients; the names follow the server's environment variables. */
export const serverSettings = withRules(
  z.object({
    ...hot,
    ...limits,
    ...conversation,
    ...batching,
    historyWindow,
    proxyProtocol,
    drainSeconds: z
      .int32()
      .min(0)
      .max(3_600)
      .default(30)
      .describe(
        'Seconds that a leaving pod takes to hand its clients over. The grace period of its pods is this, plus the ' +
          'five seconds that endpoints need to spread, plus ten.',
      ),
  }),
  [
    {
      rule: 'self.heartbeatTimeoutMs > self.heartbeatIntervalMs',
      message:
        'heartbeatTimeoutMs (default 20000) must be above heartbeatIntervalMs (default 15000), else healthy clients are closed',
      fieldPath: '.heartbeatTimeoutMs',
    },
  ],
)
  .describe('Settings of the streaming server: limits, heartbeats, batching, addresses, logging.')
  .prefault({});
