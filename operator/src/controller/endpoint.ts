import type { Observation } from './observation.ts';
import { trusted } from '../runtime/trusted.ts';

interface ServiceFields {
  readonly spec?: { readonly clusterIP?: string };
  readonly status?: { readonly loadBalancer?: { readonly ingress?: readonly { ip?: string; hostname?: string }[] } };
}

/**
 * Address and port that clients connect to: the load balancer's, else the name that the cluster's DNS knows. Undefined
 * while a load balancer has no address.
 */
export function endpointOf({ tickStorm, service }: Pick<Observation, 'tickStorm' | 'service'>): string | undefined {
  if (service === undefined) return undefined;
  const { port, type } = tickStorm.spec.service;
  if (type !== 'LoadBalancer') return `${service.metadata.name}.${service.metadata.namespace}.svc:${port}`;
  const ingress = trusted<ServiceFields>(service).status?.loadBalancer?.ingress?.[0];
  const host = ingress?.ip ?? ingress?.hostname;
  if (host === undefined) return undefined;
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}
