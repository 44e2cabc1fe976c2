import { adminToken, integer, listenAddress, oneOf, optionalInteger, text } from '../fields.ts';
import type { OptionTable } from '../option.ts';

/** Where the server listens, what it is made of, and how it ends. */
export const processOptions = {
  LISTEN_ADDR: {
    default: ':8080',
    value: listenAddress(),
    reload: 'restart',
    meaning: 'Where clients connect. Port 0 lets the system choose.',
    tickStorm: 'fixed: `:8080`',
  },
  METRICS_ADDR: {
    default: ':9090',
    value: listenAddress(),
    reload: 'restart',
    meaning: 'Where `/metrics`, `/stats`, `/healthz`, `/readyz` and `/startupz` are served.',
    tickStorm: 'fixed: `:9090`',
  },
  ADMIN_ADDR: {
    default: ':9091',
    value: listenAddress(),
    reload: 'restart',
    meaning: 'Where the admin port is served, when there is a token for it.',
    tickStorm: '',
  },
  ADMIN_TOKEN: {
    default: '',
    value: adminToken(),
    reload: 'restart',
    meaning: 'Bearer token for the admin port. Without it and `ADMIN_TOKEN_FILE` the port is off.',
    tickStorm: '',
    isSecret: true,
  },
  ADMIN_TOKEN_FILE: {
    default: '',
    value: text(4_096),
    reload: 'restart',
    meaning: 'File with the bearer token; a change of its contents is taken over within two seconds.',
    tickStorm: 'Secret `NAME-admin`, key `token`',
  },
  WORKERS: {
    default: '',
    value: optionalInteger(1, 64, 'default: one per CPU'),
    reload: 'restart',
    meaning:
      'Processes that accept connections. Empty: one per CPU that the container may use, a part of one counts as one.',
    tickStorm: '`runtime.workers`',
  },
  INSTANCE_ID: {
    default: '',
    value: text(253),
    reload: 'restart',
    meaning: 'Name of this server among its like, in log lines and in the answer to AUTH.',
    tickStorm: "the pod's name",
  },
  CONFIG_FILE: {
    default: '',
    value: text(4_096),
    reload: 'restart',
    meaning: 'JSON file with the settings that may change while the server runs; see below.',
    tickStorm: 'the mounted ConfigMap',
  },
  LOG_LEVEL: {
    default: 'info',
    value: oneOf('error', 'warn', 'info', 'debug'),
    reload: 'hot',
    meaning: 'Lowest level that is logged.',
    tickStorm: '`server.logLevel`',
  },
  DRAIN_SECONDS: {
    default: '10',
    value: integer(0, 3_600, 'seconds'),
    reload: 'hot',
    meaning: 'Seconds over which the connections are closed after SIGTERM.',
    tickStorm: '`server.drainSeconds`',
  },
} as const satisfies OptionTable;
