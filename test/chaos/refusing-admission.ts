import { waitFor } from '../cluster/wait.ts';
import type { ChaosBed } from './chaos-bed.ts';

/** The Service that clients use, of the TickStorm of this name: its headless one has a label more. */
const selectorOf = (tickStorm: string): object => ({
  matchLabels: { 'app.kubernetes.io/instance': tickStorm },
  matchExpressions: [{ key: 'tickstorm.io/service', operator: 'DoesNotExist' }],
});
const SERVICES = { apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE', 'UPDATE'], resources: ['services'] };

/** A ValidatingAdmissionPolicy that refuses the Service of a TickStorm, with this message. */
export function refusingPolicy(name: string, tickStorm: string, message: string): object[] {
  const apiVersion = 'admissionregistration.k8s.io/v1';
  return [
    {
      apiVersion,
      kind: 'ValidatingAdmissionPolicy',
      metadata: { name },
      spec: {
        failurePolicy: 'Fail',
        matchConstraints: { resourceRules: [SERVICES], objectSelector: selectorOf(tickStorm) },
        validations: [{ expression: 'false', message }],
      },
    },
    {
      apiVersion,
      kind: 'ValidatingAdmissionPolicyBinding',
      metadata: { name },
      spec: { policyName: name, validationActions: ['Deny'] },
    },
  ];
}

/** A webhook that judges the Service of a TickStorm, and is not there to do so. */
export function absentWebhook(name: string, tickStorm: string, namespace: string): object {
  return {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'ValidatingWebhookConfiguration',
    metadata: { name },
    webhooks: [
      {
        name: `${name}.example.com`,
        rules: [SERVICES],
        objectSelector: selectorOf(tickStorm),
        clientConfig: { service: { name, namespace } },
        admissionReviewVersions: ['v1'],
        sideEffects: 'None',
        timeoutSeconds: 1,
      },
    ],
  };
}

/** Applies such objects; resolves once no Service of the TickStorm is admitted: the API server takes them up later. */
export async function refuseService(
  { kubectl }: ChaosBed,
  namespace: string,
  tickStorm: string,
  items: readonly object[],
): Promise<void> {
  await kubectl.apply({ apiVersion: 'v1', kind: 'List', items }, ['--server-side']);
  const probe = {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: `${tickStorm}-probe`, namespace, labels: { 'app.kubernetes.io/instance': tickStorm } },
    spec: { ports: [{ port: 1 }] },
  };
  await waitFor(
    () =>
      kubectl.apply(probe, ['--server-side', '--dry-run=server']).then(
        () => false,
        () => true,
      ),
    { what: `Services of ${tickStorm} to be refused`, timeoutMs: 60_000, intervalMs: 200 },
  );
}
