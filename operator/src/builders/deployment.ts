import type {
  V1Container,
  V1DeploymentSpec,
  V1PodSpec,
  V1Probe,
  V1RollingUpdateDeployment,
} from '@kubernetes/client-node';
import type { TickStorm } from '../api/v1alpha1/tick-storm.ts';
import type { BuildContext, PodContext, RolloutStrategy } from './build-context.ts';
import { objectLabels, selectorLabels } from './labels.ts';
import { ownedMetadata } from './metadata.ts';
import { objectNames } from './names.ts';
import type { AppliedObject } from './object.ts';
import { CLIENT_PORT, METRICS_PORT } from './ports.ts';
import { buildServerEnv, CONFIG_DIRECTORY } from './server-env.ts';
import { buildAffinity, buildSpreadConstraints } from './spreading.ts';

/** User and group of the distroless images' `nonroot`. */
const NONROOT = 65_532;
/** Seconds in which every node learns that a leaving pod is no endpoint any more, before it starts to drain. */
const ENDPOINT_SPREAD_SECONDS = 5;
/** Seconds that a drained server has left to exit by itself. */
const EXIT_SECONDS = 10;

const probe = (path: string, timing: Omit<V1Probe, 'httpGet'>): V1Probe => ({
  httpGet: { path, port: METRICS_PORT.name, scheme: 'HTTP' },
  ...timing,
});

/** Image of the server container. */
export function serverImage(tickStorm: TickStorm, context: PodContext): string {
  return tickStorm.spec.image ?? context.serverImage;
}

/** An object without the fields that are undefined: in the API's types an optional field is absent, never undefined. */
function defined<T extends object>(value: T): { [Key in keyof T]: Exclude<T[Key], undefined> };
function defined(value: object): object {
  return Object.fromEntries(Object.entries(value).filter(([, field]) => field !== undefined));
}

const amounts = (values: Readonly<Record<string, string | number>>): Record<string, string> =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, String(value)]));

function buildContainer(tickStorm: TickStorm, context: PodContext): V1Container {
  return {
    name: 'tick-storm',
    image: serverImage(tickStorm, context),
    imagePullPolicy: tickStorm.spec.imagePullPolicy,
    ports: [CLIENT_PORT, METRICS_PORT].map(({ name, number }) => ({ name, containerPort: number, protocol: 'TCP' })),
    env: buildServerEnv(tickStorm),
    resources: {
      limits: amounts(tickStorm.spec.resources.limits),
      requests: amounts(tickStorm.spec.resources.requests),
    },
    securityContext: {
      runAsNonRoot: true,
      runAsUser: NONROOT,
      runAsGroup: NONROOT,
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
      seccompProfile: { type: 'RuntimeDefault' },
    },
    startupProbe: probe('/startupz', { periodSeconds: 2, timeoutSeconds: 3, failureThreshold: 75 }),
    readinessProbe: probe('/readyz', { periodSeconds: 5, timeoutSeconds: 3, failureThreshold: 2 }),
    livenessProbe: probe('/healthz', { periodSeconds: 10, timeoutSeconds: 5, failureThreshold: 3 }),
    lifecycle: { preStop: { sleep: { seconds: ENDPOINT_SPREAD_SECONDS } } },
    volumeMounts: [
      { name: 'config', mountPath: CONFIG_DIRECTORY, readOnly: true },
      { name: 'tmp', mountPath: '/tmp' },
    ],
  };
}

/** The pods as they are to be. */
export function buildPodSpec(tickStorm: TickStorm, context: PodContext): V1PodSpec {
  const names = objectNames(tickStorm.metadata.name);
  const { nodeSelector, tolerations } = tickStorm.spec.scheduling;
  const affinity = buildAffinity(tickStorm);
  const topologySpreadConstraints = buildSpreadConstraints(tickStorm);
  return {
    serviceAccountName: names.serviceAccount,
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    terminationGracePeriodSeconds: ENDPOINT_SPREAD_SECONDS + tickStorm.spec.server.drainSeconds + EXIT_SECONDS,
    securityContext: {
      runAsNonRoot: true,
      runAsUser: NONROOT,
      runAsGroup: NONROOT,
      fsGroup: NONROOT,
      seccompProfile: { type: 'RuntimeDefault' },
    },
    nodeSelector: { 'kubernetes.io/os': 'linux', ...nodeSelector },
    ...(tolerations.length > 0 && { tolerations: tolerations.map(defined) }),
    ...(affinity !== undefined && { affinity }),
    ...(topologySpreadConstraints !== undefined && { topologySpreadConstraints }),
    containers: [buildContainer(tickStorm, context)],
    volumes: [
      { name: 'config', configMap: { name: names.configMap } },
      { name: 'tmp', emptyDir: { sizeLimit: '256Mi' } },
    ],
  };
}

const ROLLING_UPDATES: Readonly<Record<RolloutStrategy, V1RollingUpdateDeployment>> = {
  Surge: { maxSurge: '25%', maxUnavailable: '25%' },
  SurgeOne: { maxSurge: 1, maxUnavailable: 0 },
  Replace: { maxSurge: 0, maxUnavailable: 1 },
};

/** The strategy that a Deployment's numbers amount to; undefined when they are nobody's of these. */
export function strategyOf(rollingUpdate: V1RollingUpdateDeployment | undefined): RolloutStrategy | undefined {
  const text = (update: V1RollingUpdateDeployment | undefined): string =>
    `${update?.maxSurge} ${update?.maxUnavailable}`;
  return (['Surge', 'SurgeOne', 'Replace'] as const).find(
    (strategy) => text(ROLLING_UPDATES[strategy]) === text(rollingUpdate),
  );
}

/** The Deployment of the server pods; its number of replicas is the TickStorm's. */
export function buildDeployment(tickStorm: TickStorm, context: BuildContext): AppliedObject {
  const { name } = tickStorm.metadata;
  const spec: V1DeploymentSpec = {
    replicas: tickStorm.spec.replicas,
    selector: { matchLabels: selectorLabels(name) },
    strategy: { type: 'RollingUpdate', rollingUpdate: ROLLING_UPDATES[context.strategy] },
    template: { metadata: { labels: objectLabels(name) }, spec: buildPodSpec(tickStorm, context) },
  };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: ownedMetadata(tickStorm, objectNames(name).deployment),
    spec,
  };
}
