import { structuralSchema, type SchemaNode } from './structural-schema.ts';
import { GROUP, KIND, PLURAL, VERSION } from './v1alpha1/group.ts';
import { tickStormSpec } from './v1alpha1/spec.ts';
import { tickStormStatus } from './v1alpha1/status.ts';

/** Longest name of a TickStorm: leaves room for the suffixes of its objects and for a pod's hash. */
const MAX_NAME_LENGTH = 50;

interface PrinterColumn {
  readonly name: string;
  readonly type: 'string' | 'integer' | 'date';
  readonly jsonPath: string;
  readonly description: string;
  /** 0 is always shown, 1 only with `-o wide`. */
  readonly priority?: 0 | 1;
}

const printerColumns: readonly PrinterColumn[] = [
  {
    name: 'Ready',
    type: 'string',
    jsonPath: `.status.conditions[?(@.type=="Ready")].status`,
    description: 'Whether the service is as declared and serves clients.',
  },
  { name: 'Replicas', type: 'integer', jsonPath: '.status.readyReplicas', description: 'Pods ready for clients.' },
  { name: 'Desired', type: 'integer', jsonPath: '.status.desiredReplicas', description: 'Pods that there are to be.' },
  { name: 'Clients', type: 'integer', jsonPath: '.status.connections', description: 'Clients of all pods.' },
  { name: 'Version', type: 'string', jsonPath: '.status.version', description: 'Version of the server image.' },
  { name: 'Age', type: 'date', jsonPath: '.metadata.creationTimestamp', description: 'Time since creation.' },
  {
    name: 'Reason',
    type: 'string',
    jsonPath: `.status.conditions[?(@.type=="Ready")].reason`,
    description: 'Why it is ready or not.',
    priority: 1,
  },
  {
    name: 'Endpoint',
    type: 'string',
    jsonPath: '.status.endpoint',
    description: 'Where clients connect to.',
    priority: 1,
  },
  {
    name: 'Ticks/s',
    type: 'integer',
    jsonPath: '.status.ticksPerSecond',
    description: 'Ticks that each pod publishes per second.',
    priority: 1,
  },
  {
    name: 'Autoscaling',
    type: 'string',
    jsonPath: '.spec.autoscaling.mode',
    description: 'Whether the autoscaler sets the number of pods.',
    priority: 1,
  },
  {
    name: 'Updated',
    type: 'integer',
    jsonPath: '.status.updatedReplicas',
    description: 'Pods that follow the current spec.',
    priority: 1,
  },
];

const rootSchema = (): SchemaNode => ({
  description: 'TickStorm is a market-data streaming service: server pods, their Services, scaling, budget and limits.',
  type: 'object',
  properties: {
    apiVersion: { description: 'Version of the API that the object is written in.', type: 'string' },
    kind: { description: 'Kind of the object.', type: 'string' },
    // Bounds the cost of the rules below, which say what is really allowed.
    metadata: { type: 'object', properties: { name: { type: 'string', maxLength: 253 } } },
    spec: structuralSchema(tickStormSpec),
    status: structuralSchema(tickStormStatus),
  },
  'x-kubernetes-validations': [
    {
      rule: `size(self.metadata.name) <= ${MAX_NAME_LENGTH}`,
      message: `metadata.name must have at most ${MAX_NAME_LENGTH} characters, because Services and pods are named after it`,
    },
    {
      rule: `self.metadata.name.matches('^[a-z]([-a-z0-9]*[a-z0-9])?$')`,
      message:
        'metadata.name must be a DNS label: lower-case letters, digits and dashes, a letter first, no dash last (RFC 1035)',
    },
  ],
});

/** The CustomResourceDefinition of TickStorm, as plain JSON for the API server or a manifest. */
export function buildCrd(): SchemaNode {
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${PLURAL}.${GROUP}` },
    spec: {
      group: GROUP,
      scope: 'Namespaced',
      names: {
        kind: KIND,
        listKind: `${KIND}List`,
        plural: PLURAL,
        singular: 'tickstorm',
        shortNames: ['tks'],
        categories: ['tickstorm'],
      },
      versions: [
        {
          name: VERSION,
          served: true,
          storage: true,
          subresources: {
            status: {},
            scale: {
              specReplicasPath: '.spec.replicas',
              statusReplicasPath: '.status.replicas',
              labelSelectorPath: '.status.selector',
            },
          },
          additionalPrinterColumns: printerColumns,
          schema: { openAPIV3Schema: rootSchema() },
        },
      ],
    },
  };
}
