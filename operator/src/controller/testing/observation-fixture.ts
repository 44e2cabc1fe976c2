import type { TickStorm } from '../../api/v1alpha1/tick-storm.ts';
import type { KubeObject } from '../../runtime/kube-object.ts';
import type { Observation } from '../observation.ts';
import { declaredTemplate } from './declared-template.ts';
import { fittingPlan } from './fitting-plan.ts';

/** An object of the TickStorm `n/demo`. */
export const demoObject = (kind: string, fields: object): KubeObject => ({
  apiVersion: 'v1',
  kind,
  metadata: { name: 'demo', namespace: 'n', generation: 3 },
  ...fields,
});

/** Its Deployment, which the controller has seen. */
export const demoDeployment = (status: object, replicas = 2): KubeObject =>
  demoObject('Deployment', { spec: { replicas }, status: { observedGeneration: 3, ...status } });

/** Status of a Deployment all of whose pods serve. */
export const fullStatus = { replicas: 2, readyReplicas: 2, updatedReplicas: 2 };

/** Its Service, with an address. */
export const demoService: KubeObject = demoObject('Service', {
  status: { loadBalancer: { ingress: [{ ip: '192.0.2.1' }] } },
});

/** A TickStorm in whose way nothing stands, and of which nothing has been made; but for `changes`. */
export function observationOf(tickStorm: TickStorm, image: string, changes: Partial<Observation> = {}): Observation {
  return {
    tickStorm,
    template: declaredTemplate(image),
    deployment: undefined,
    service: undefined,
    credentials: undefined,
    problems: [],
    plan: fittingPlan,
    floor: undefined,
    scaleIn: undefined,
    pods: [],
    tls: undefined,
    missingKinds: new Set(),
    foreignPod: undefined,
    isDrainGivenUp: false,
    stats: undefined,
    ...changes,
  };
}
