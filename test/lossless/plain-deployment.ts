import type { Kubectl } from '../install/kubectl.ts';
import { restrictedContainer, restrictedPod } from '../install/restricted-pod.ts';
import { POD, REPLICAS } from './bed.ts';
import { IDLE_UTILIZATION } from './changes/autoscaling.ts';
import { SYMBOLS, TICK_INTERVAL_MS } from './rounds.ts';

/** As the server is run without an operator: a Deployment, a Service, an autoscaler and a disruption budget. */
export interface PlainDeployment {
  name: string;
  namespace: string;
  image: string;
  username: string;
  password: string;
}

export const MOST_REPLICAS = 6;

export async function applyPlainDeployment(kubectl: Kubectl, plain: PlainDeployment): Promise<void> {
  const { name, namespace } = plain;
  const metadata = { name, namespace, labels: { app: name } };
  const selector = { matchLabels: { app: name } };
  const container = {
    ...restrictedContainer,
    name: 'server',
    image: plain.image,
    ports: [{ containerPort: 8080 }, { containerPort: 9090 }],
    env: Object.entries(environmentOf(plain)).map(([key, value]) => ({ name: key, value })),
    resources: POD,
    readinessProbe: { httpGet: { path: '/readyz', port: 9090 }, periodSeconds: 2 },
  };
  const template = { metadata: { labels: { app: name } }, spec: { ...restrictedPod, containers: [container] } };
  const items = [
    { apiVersion: 'apps/v1', kind: 'Deployment', metadata, spec: { replicas: REPLICAS, selector, template } },
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata,
      spec: { type: 'LoadBalancer', selector: { app: name }, ports: [{ port: 8080 }] },
    },
    { apiVersion: 'policy/v1', kind: 'PodDisruptionBudget', metadata, spec: { maxUnavailable: 1, selector } },
    autoscaler(plain, IDLE_UTILIZATION),
  ];
  await kubectl.apply({ apiVersion: 'v1', kind: 'List', items });
}

/** @param utilization of the CPU that is requested, in percent, that is aimed at */
export function autoscaler({ name, namespace }: PlainDeployment, utilization: number): object {
  const target = { type: 'Utilization', averageUtilization: utilization };
  return {
    apiVersion: 'autoscaling/v2',
    kind: 'HorizontalPodAutoscaler',
    metadata: { name, namespace },
    spec: {
      scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name },
      minReplicas: REPLICAS,
      maxReplicas: MOST_REPLICAS,
      metrics: [{ type: 'Resource', resource: { name: 'cpu', target } }],
      behavior: { scaleDown: { stabilizationWindowSeconds: 0 } },
    },
  };
}

function environmentOf({ username, password }: PlainDeployment): Record<string, string> {
  return {
    AUTH_USERNAME: username,
    AUTH_PASSWORD: password,
    WORKERS: '1',
    DRAIN_SECONDS: '0',
    FEED_SYMBOLS: SYMBOLS.join(','),
    FEED_TICK_INTERVAL_MS: String(TICK_INTERVAL_MS),
  };
}
