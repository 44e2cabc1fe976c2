import type { V1Container, V1ObjectMeta, V1PodSpec, V1PodTemplateSpec, V1Probe } from '@kubernetes/client-node';
import { controlsOf } from '../api/v1alpha1/controls.ts';
import type { TickStorm } from '../api/v1alpha1/tick-storm.ts';
import type { PodContext } from './build-context.ts';
import { tlsSecretName } from './certificate.ts';
import { objectLabels } from './labels.ts';
import { objectNames } from './names.ts';
import { hostLevelProblems } from './host-level.ts';
import { overlayShapeProblems } from './overlay-shape.ts';
import { mergePodSpec, overlayProblems } from './pod-overlay.ts';
import { ADMIN_PORT, CLIENT_PORT, METRICS_PORT } from './ports.ts';
import { ADMIN_DIRECTORY, buildServerEnv, CONFIG_DIRECTORY, TLS_DIRECTORY, USERS_DIRECTORY } from './server-env.ts';
import { buildAffinity, buildSpreadConstraints } from './spreading.ts';

/** Of the pods: a new value makes them anew. */
const RESTART_ANNOTATION = 'tickstorm.io/restarted-at';
/** Name of the container that the server runs in. */
export const SERVER_CONTAINER = 'tick-storm';
/** Readable for the pod's group, which the server is in. */
const SECRET_FILE_MODE = 0o440;
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

/** Image of the server container of a template. */
export function serverImageOf({ spec }: V1PodTemplateSpec): string | undefined {
  return spec?.containers.find(({ name }) => name === SERVER_CONTAINER)?.image;
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
    name: SERVER_CONTAINER,
    image: tickStorm.spec.image ?? context.serverImage,
    imagePullPolicy: tickStorm.spec.imagePullPolicy,
    ports: [CLIENT_PORT, METRICS_PORT, ADMIN_PORT].map(({ name, number }) => ({
      name,
      containerPort: number,
      protocol: 'TCP',
    })),
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
    readinessProbe: probe('/readyz', { periodSeconds: 2, timeoutSeconds: 3, failureThreshold: 2 }),
    livenessProbe: probe('/healthz', { periodSeconds: 10, timeoutSeconds: 5, failureThreshold: 3 }),
    lifecycle: { preStop: { sleep: { seconds: ENDPOINT_SPREAD_SECONDS } } },
    volumeMounts: [
      { name: 'config', mountPath: CONFIG_DIRECTORY, readOnly: true },
      { name: 'admin', mountPath: ADMIN_DIRECTORY, readOnly: true },
      { name: 'tmp', mountPath: '/tmp' },
      ...(tickStorm.spec.tls.mode === 'Disabled' ? [] : [{ name: 'tls', mountPath: TLS_DIRECTORY, readOnly: true }]),
      ...(tickStorm.spec.auth.usersSecretRef === undefined
        ? []
        : [{ name: 'users', mountPath: USERS_DIRECTORY, readOnly: true }]),
    ],
  };
}

function buildPodMetadata({ metadata, spec }: TickStorm): V1ObjectMeta {
  const { labels, annotations: given } = spec.podTemplate?.metadata ?? {};
  const { restartedAt } = controlsOf(metadata);
  const annotations = { ...given, ...(restartedAt !== undefined && { [RESTART_ANNOTATION]: restartedAt }) };
  return {
    labels: { ...labels, ...objectLabels(metadata.name) },
    ...(Object.keys(annotations).length > 0 && { annotations }),
  };
}

/** Time that a leaving pod takes at most to be without clients. */
export function drainTimeSeconds({ spec }: TickStorm): number {
  return ENDPOINT_SPREAD_SECONDS + spec.server.drainSeconds;
}

/** Time that a leaving pod has before it is killed. */
export function gracePeriodSeconds(tickStorm: TickStorm): number {
  return drainTimeSeconds(tickStorm) + EXIT_SECONDS;
}

function buildBaseSpec(tickStorm: TickStorm, context: PodContext): V1PodSpec {
  const names = objectNames(tickStorm.metadata.name);
  const { scheduling, imagePullSecrets, sysctls } = tickStorm.spec;
  const { nodeSelector, tolerations, priorityClassName } = scheduling;
  const tlsSecret = tlsSecretName(tickStorm);
  const { usersSecretRef } = tickStorm.spec.auth;
  const affinity = buildAffinity(tickStorm);
  const topologySpreadConstraints = buildSpreadConstraints(tickStorm);
  return {
    serviceAccountName: names.serviceAccount,
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    terminationGracePeriodSeconds: gracePeriodSeconds(tickStorm),
    securityContext: {
      runAsNonRoot: true,
      runAsUser: NONROOT,
      runAsGroup: NONROOT,
      fsGroup: NONROOT,
      seccompProfile: { type: 'RuntimeDefault' },
      ...(sysctls.length > 0 && { sysctls }),
    },
    ...(priorityClassName !== undefined && { priorityClassName }),
    ...(imagePullSecrets.length > 0 && { imagePullSecrets }),
    nodeSelector: { 'kubernetes.io/os': 'linux', ...nodeSelector },
    ...(tolerations.length > 0 && { tolerations: tolerations.map(defined) }),
    ...(affinity !== undefined && { affinity }),
    ...(topologySpreadConstraints !== undefined && { topologySpreadConstraints }),
    containers: [buildContainer(tickStorm, context)],
    volumes: [
      { name: 'config', configMap: { name: names.configMap } },
      { name: 'admin', secret: { secretName: names.adminSecret, defaultMode: SECRET_FILE_MODE } },
      { name: 'tmp', emptyDir: { sizeLimit: '256Mi' } },
      ...(tlsSecret === undefined
        ? []
        : [{ name: 'tls', secret: { secretName: tlsSecret, defaultMode: SECRET_FILE_MODE } }]),
      ...(usersSecretRef === undefined
        ? []
        : [{ name: 'users', secret: { secretName: usersSecretRef.name, defaultMode: SECRET_FILE_MODE } }]),
    ],
  };
}

/**
 * What of the overlay (spec.podTemplate) cannot be laid over the pods: it would change what the operator sets. With a
 * problem the overlay is left out as a whole.
 */
export function podTemplateProblems(tickStorm: TickStorm, context: PodContext): string[] {
  const { podTemplate } = tickStorm.spec;
  if (podTemplate === undefined) return [];
  const own = objectLabels(tickStorm.metadata.name);
  const labels = Object.keys(podTemplate.metadata?.labels ?? {})
    .filter((key) => key in own)
    .map((key) => `spec.podTemplate.metadata.labels: ${key} is the operator's; choose another label`);
  const base = buildBaseSpec(tickStorm, context);
  const { spec: overlay = {} } = podTemplate;
  return [
    ...labels,
    ...overlayShapeProblems(overlay),
    ...overlayProblems(base, overlay, SERVER_CONTAINER),
    ...(context.allowsHostLevel ? [] : hostLevelProblems(overlay, tickStorm.spec.podTemplate?.metadata?.annotations)),
  ];
}

/** Whether pods of this template would have host-level fields. */
export function reachesNode({ metadata, spec }: V1PodTemplateSpec): boolean {
  return hostLevelProblems(Object.fromEntries(Object.entries(spec ?? {})), metadata?.annotations).length > 0;
}

/** The spec of the pods as they are to be. */
export function buildPodSpec(tickStorm: TickStorm, context: PodContext): V1PodSpec {
  const base = buildBaseSpec(tickStorm, context);
  const overlay = tickStorm.spec.podTemplate?.spec;
  const isLeftOut = overlay === undefined || podTemplateProblems(tickStorm, context).length > 0;
  return isLeftOut ? base : mergePodSpec(base, overlay);
}

/** The pods as they are to be. */
export function buildPodTemplate(tickStorm: TickStorm, context: PodContext): V1PodTemplateSpec {
  return { metadata: buildPodMetadata(tickStorm), spec: buildPodSpec(tickStorm, context) };
}
