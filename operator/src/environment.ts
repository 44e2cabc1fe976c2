import { z } from 'zod';

/** How the operator is to run, from its environment. */
export interface Environment {
  readonly watchNamespaces: readonly string[];
  readonly serverImage: string;
  readonly podName: string;
  readonly podNamespace: string;
  /** Empty: every address, IPv6 and IPv4 as far as the machine has them. */
  readonly metricsHost: string;
  readonly metricsPort: number;
  readonly logLevel: LogLevel;
  readonly leaderElection: boolean;
  /** Whether overlays over the pods may have host-level fields: something else decides whose, such as an admission policy. */
  readonly allowsHostLevel: boolean;
  readonly workers: number;
  /** Requests per second to the API server in the long run. */
  readonly apiQps: number;
  /** Requests that may be sent at once after a pause. */
  readonly apiBurst: number;
  /** Time between two looks for kinds that may be installed later. */
  readonly discoverySeconds: number;
}

/** Image of the server where nothing else is said: what `npm run images` builds. */
export const DEFAULT_SERVER_IMAGE = 'localhost/tick-storm-server:latest';

const LOG_LEVELS = ['error', 'warn', 'info', 'debug'] as const;
type LogLevel = (typeof LOG_LEVELS)[number];

/** One variable that cannot be worked with: its name, its value, and what is allowed. */
interface EnvironmentProblem {
  readonly name: string;
  readonly value: string;
  readonly allowed: string;
}

export type EnvironmentResult =
  | { readonly ok: true; readonly environment: Environment }
  | { readonly ok: false; readonly problems: readonly EnvironmentProblem[] };

const DNS_LABEL = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;
const ADDRESS = /^(?<host>\[[0-9A-Fa-f:.]+\]|[^:[\]\s]*):(?<port>\d{1,5})$/;

const split = (list: string): string[] =>
  list
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');

const isAddress = (text: string): boolean => Number(ADDRESS.exec(text)?.groups?.['port'] ?? 65_536) <= 65_535;

const NAMESPACE_LIST = 'a comma-separated list of namespace names, or nothing for all namespaces';
const NAMESPACE = 'the name of a namespace';

const schema = z.object({
  WATCH_NAMESPACES: z
    .string()
    .refine((list) => split(list).every((name) => DNS_LABEL.test(name)), NAMESPACE_LIST)
    .default(''),
  SERVER_IMAGE: z
    .string()
    .regex(
      /^[A-Za-z0-9][A-Za-z0-9._:/@-]{0,511}$/,
      'an image reference, such as registry.example/tick-storm-server:1.0',
    )
    .default(DEFAULT_SERVER_IMAGE),
  POD_NAME: z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9.-]{0,252}$/, 'the name of the pod')
    .optional(),
  POD_NAMESPACE: z.string().regex(DNS_LABEL, NAMESPACE).optional(),
  METRICS_ADDR: z.string().refine(isAddress, 'HOST:PORT or :PORT with a port from 0 to 65535').default(':8081'),
  LOG_LEVEL: z.enum(LOG_LEVELS, `one of ${LOG_LEVELS.join(', ')}`).default('info'),
  LEADER_ELECTION: z.enum(['true', 'false'], 'true or false').default('true'),
  HOST_LEVEL_OVERLAYS: z.enum(['true', 'false'], 'true or false').default('false'),
  RECONCILE_WORKERS: z
    .string()
    .regex(/^([1-9]|[1-5]\d|6[0-4])$/, 'a whole number from 1 to 64')
    .default('4'),
  KUBE_API_QPS: z
    .string()
    .regex(/^([1-9]\d{0,3})$/, 'a whole number from 1 to 9999')
    .default('50'),
  KUBE_API_BURST: z
    .string()
    .regex(/^([1-9]\d{0,3})$/, 'a whole number from 1 to 9999')
    .default('100'),
  DISCOVERY_SECONDS: z
    .string()
    .regex(/^([1-9]\d{0,3})$/, 'a whole number from 1 to 9999')
    .default('60'),
});

/** The variables that {@link readEnvironment} reads. */
export const ENVIRONMENT_VARIABLES: readonly string[] = Object.keys(schema.shape);

/** What stands in for the pod's own name and namespace outside a cluster. */
export interface EnvironmentDefaults {
  readonly podName: string;
  readonly podNamespace: string;
}

/** Reads the operator's settings; reports every problem, not only the first. An empty variable counts as unset. */
export function readEnvironment(
  variables: Readonly<Record<string, string | undefined>>,
  defaults: EnvironmentDefaults,
): EnvironmentResult {
  const set = Object.fromEntries(Object.entries(variables).filter(([, value]) => value !== undefined && value !== ''));
  const result = schema.safeParse(set);
  if (!result.success) {
    const problems = result.error.issues.map(({ path, message }) => {
      const name = String(path[0]);
      return { name, value: variables[name] ?? '', allowed: message };
    });
    return { ok: false, problems };
  }
  const { data } = result;
  const address = ADDRESS.exec(data.METRICS_ADDR)!.groups!;
  const host = (address['host'] ?? '').replace(/^\[|\]$/g, '');
  return {
    ok: true,
    environment: {
      watchNamespaces: [...new Set(split(data.WATCH_NAMESPACES))],
      serverImage: data.SERVER_IMAGE,
      podName: data.POD_NAME ?? defaults.podName,
      podNamespace: data.POD_NAMESPACE ?? defaults.podNamespace,
      metricsHost: host,
      metricsPort: Number(address['port']),
      logLevel: data.LOG_LEVEL,
      leaderElection: data.LEADER_ELECTION === 'true',
      allowsHostLevel: data.HOST_LEVEL_OVERLAYS === 'true',
      workers: Number(data.RECONCILE_WORKERS),
      apiQps: Number(data.KUBE_API_QPS),
      apiBurst: Number(data.KUBE_API_BURST),
      discoverySeconds: Number(data.DISCOVERY_SECONDS),
    },
  };
}
