import { describe, expect, it } from '@jest/globals';
import { parseTickStorm, type TickStorm } from '../api/v1alpha1/tick-storm.ts';
import type { KubeObject } from '../runtime/kube-object.ts';
import type { ScaleInState } from '../scaling/scale-in-control.ts';
import { findingsOf, toConditions } from './conditions.ts';
import type { Observation } from './observation.ts';
import { declaredTemplate } from './testing/declared-template.ts';
import { fittingPlan } from './testing/fitting-plan.ts';
import {
  demoDeployment as deployment,
  demoObject as object,
  demoService,
  fullStatus as full,
  observationOf,
} from './testing/observation-fixture.ts';
import { imageVersion, isSameStatus, statusOf } from './status.ts';

function tickStorm(spec: object = {}): TickStorm {
  const parsed = parseTickStorm({ metadata: { name: 'demo', namespace: 'n', uid: 'u', generation: 4 }, spec });
  if (!parsed.ok) throw new Error(parsed.problem);
  return parsed.value;
}

function annotated(annotations: Record<string, string>): TickStorm {
  const plain = tickStorm();
  return { ...plain, metadata: { ...plain.metadata, annotations } };
}

/** A pod that no node has room for. */
const unplaced = object('Pod', {
  status: { conditions: [{ type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message: 'no room' }] },
});

const credentials = { ready: true, reason: 'SecretGenerated', message: 'made', created: false } as const;

function observation(changes: Partial<Observation> = {}): Observation {
  const made = { deployment: deployment(full), service: demoService, credentials };
  return observationOf(tickStorm(), 'registry.example:5000/server:1.2', { ...made, ...changes });
}

function summary(changes: Partial<Observation>): string[] {
  return findingsOf(observation(changes)).map(({ type, status, reason }) => `${type}=${status} ${reason}`);
}

describe('the conditions', () => {
  it('of a service that is as declared', () => {
    const conditions = [{ type: 'Available', status: 'True' }];
    expect(summary({ deployment: deployment({ ...full, conditions }) })).toEqual([
      'Ready=True AllReplicasReady',
      'Available=True MinimumReplicasAvailable',
      'EndpointAssigned=True AddressAssigned',
      'QuotaSufficient=True QuotaFits',
      'LimitRangeConflict=False LimitRangesFit',
      'DisruptionSafe=True EvictionsPossible',
      'CredentialsReady=True SecretGenerated',
    ]);
  });

  const scaleIn: ScaleInState = {
    wanted: 1,
    current: 2,
    replicas: 2,
    rollout: 'none',
    surge: 1,
    unavailable: 0,
    hasMissingPods: false,
    draining: ['demo-a'],
    isMoving: true,
    notes: [],
  };
  const partly = { ...full, readyReplicas: 1 };

  it.each<[string, Partial<Observation>, string, string]>([
    ['that comes down', { scaleIn }, 'ScalingDown', 'Of 2 pods 1 are wanted: demo-a drains'],
    [
      'that comes down and waits for a slot',
      { scaleIn: { ...scaleIn, draining: [] } },
      'ScalingDown',
      'Of 2 pods 1 are wanted',
    ],
    [
      'that comes down after a rollout',
      {
        scaleIn: { ...scaleIn, rollout: 'under way', isMoving: false, draining: [] },
        deployment: deployment({ ...partly, updatedReplicas: 1 }),
      },
      'RolloutInProgress',
      '1 of 2 pods are ready, 1 run the current spec, 2 exist; the scale-down to 1 waits until then',
    ],
    [
      'whose rollout takes back what drained for the scale-down',
      {
        scaleIn: { ...scaleIn, rollout: 'under way' },
        deployment: deployment({ ...partly, updatedReplicas: 1 }),
      },
      'RolloutInProgress',
      '1 of 2 pods are ready, 1 run the current spec, 2 exist; the scale-down to 1 waits until then',
    ],
    [
      'whose new pods do not come up',
      {
        deployment: deployment({ ...full, replicas: 3, updatedReplicas: 1 }),
        pods: [unplaced],
      },
      'Unschedulable',
      'Pod demo finds no node: no room; the rollout holds, 2 ready pods serve on',
    ],
    [
      'that comes down while its new pods do not come up',
      {
        scaleIn: { ...scaleIn, rollout: 'held' },
        deployment: deployment({ ...full, replicas: 3, updatedReplicas: 1 }),
        pods: [unplaced],
      },
      'Unschedulable',
      'Pod demo finds no node: no room; the rollout holds, 2 ready pods serve on; ' +
        'the scale-down to 1 goes on meanwhile, demo-a drains',
    ],
    [
      'whose drain was called off',
      { scaleIn: { ...scaleIn, wanted: 2 }, deployment: deployment(partly) },
      'RolloutInProgress',
      '1 of 2 pods are ready, 2 run the current spec, 2 exist',
    ],
  ])('of a service %s', (_, changes, reason, message) => {
    expect(findingsOf(observation(changes)).slice(0, 2)).toEqual([
      { type: 'Ready', status: 'False', reason, message },
      { type: 'Reconciling', status: 'True', reason, message },
    ]);
  });

  it.each<[string, Partial<Observation>, string[]]>([
    [
      'no Deployment yet',
      { deployment: undefined },
      ['Ready=False RolloutInProgress', 'Reconciling=True RolloutInProgress'],
    ],
    [
      'a Deployment that was changed a moment ago',
      { deployment: object('Deployment', { spec: { replicas: 2 }, status: { ...full, observedGeneration: 2 } }) },
      ['Ready=False RolloutInProgress', 'Reconciling=True RolloutInProgress'],
    ],
    [
      'pods of the former spec',
      { deployment: deployment({ ...full, updatedReplicas: 1 }) },
      ['Ready=False RolloutInProgress', 'Reconciling=True RolloutInProgress'],
    ],
    [
      'a quota that is used up',
      {
        deployment: deployment({
          ...full,
          readyReplicas: 1,
          conditions: [{ type: 'ReplicaFailure', status: 'True', message: 'exceeded quota' }],
        }),
      },
      ['Ready=False ReplicaFailure', 'Reconciling=True ReplicaFailure'],
    ],
    [
      'a rollout that is stuck',
      {
        deployment: deployment({
          ...full,
          updatedReplicas: 1,
          conditions: [{ type: 'Progressing', status: 'False', reason: 'ProgressDeadlineExceeded' }],
        }),
      },
      ['Ready=False ProgressDeadlineExceeded', 'Stalled=True ProgressDeadlineExceeded'],
    ],
    [
      'an object of someone else',
      { problems: [{ reason: 'ResourceConflict', message: 'ConfigMap demo-config belongs to someone else' }] },
      ['Ready=False ResourceConflict', 'Stalled=True ResourceConflict'],
    ],
    [
      'a Secret that is missing',
      { credentials: { ready: false, reason: 'SecretNotFound', message: 'no Secret', created: false } },
      ['Ready=False SecretNotFound', 'Stalled=True SecretNotFound'],
    ],
    [
      'a pod whose image is not there',
      {
        deployment: deployment({ ...full, readyReplicas: 1 }),
        pods: [
          object('Pod', {
            status: {
              containerStatuses: [{ name: 'c', state: { waiting: { reason: 'ErrImagePull', message: 'no' } } }],
            },
          }),
        ],
      },
      ['Ready=False ImagePullFailed', 'Stalled=True ImagePullFailed'],
    ],
    [
      'a wish to hibernate',
      {
        deployment: deployment({}, 0),
        tickStorm: annotated({ 'tickstorm.io/hibernate': 'true' }),
      },
      ['Ready=True Hibernated'],
    ],
    ['no pods wanted', { deployment: deployment({}, 0) }, ['Ready=True ScaledToZero']],
  ])('with %s', (_, changes, expected) => {
    expect(summary(changes).filter((text) => /^(Ready|Reconciling|Stalled)=/.test(text))).toEqual(expected);
  });

  it('warn that limits by address judge nodes, where they do', () => {
    const lists = { server: { ipAllowlist: ['10.0.0.0/8'], connectionRateLimitPerIP: 5 } };
    const warning = (spec: object): string | undefined =>
      findingsOf(observation({ tickStorm: tickStorm(spec) })).find(({ type }) => type === 'AddressesHidden')?.message;
    expect(warning(lists)).toContain('spec.server.ipAllowlist, spec.server.connectionRateLimitPerIP then judges those');
    expect(warning({})).toBeUndefined();
    expect(warning({ ...lists, service: { externalTrafficPolicy: 'Local' } })).toBeUndefined();
    expect(warning({ ...lists, service: { type: 'ClusterIP' } })).toBeUndefined();
    const proxyProtocol = { mode: 'Enabled', trustedCIDRs: ['10.0.0.0/8'] };
    expect(warning({ server: { ...lists.server, proxyProtocol } })).toBeUndefined();
  });

  it('tell whether there are zones for all pods, where each takes one', () => {
    const zones = { holds: false, reason: 'ZonesExceeded', message: 'm' } as const;
    expect(summary({ plan: { ...fittingPlan, zones } })).toContain('ZonesSufficient=False ZonesExceeded');
    const unknown = { holds: undefined, reason: 'NodesUnknown', message: 'm' } as const;
    expect(summary({ plan: { ...fittingPlan, zones: unknown } })).toContain('ZonesSufficient=Unknown NodesUnknown');
    expect(summary({}).join()).not.toContain('ZonesSufficient');
  });

  it('tell that the pods are not those of the spec, and how they come to be', () => {
    const held = { ...declaredTemplate('server:1'), state: 'held-back' } as const;
    const finding = findingsOf(observation({ template: held })).find(({ type }) => type === 'PodsHeldBack');
    expect(finding).toMatchObject({ status: 'True', reason: 'OperatorChanged' });
    expect(finding?.message).toContain(
      'kubectl --namespace n annotate --overwrite tickstorm demo tickstorm.io/restarted-at=$(date +%s)',
    );
    expect(summary({ template: { ...held, state: 'rolled-back' } })).toContain('PodsHeldBack=True RolledBack');
    expect(summary({}).join()).not.toContain('PodsHeldBack');
  });

  it('name the command that goes back to the last pods that came up', () => {
    const stuck = [{ type: 'Progressing', status: 'False', reason: 'ProgressDeadlineExceeded', message: 'late' }];
    const messageOf = (canRollBack: boolean): string | undefined => {
      const template = { ...declaredTemplate('server:2'), canRollBack };
      const changes = { template, deployment: deployment({ ...full, updatedReplicas: 1, conditions: stuck }) };
      return findingsOf(observation(changes)).find(({ type }) => type === 'Ready')?.message;
    };
    expect(messageOf(true)).toBe(
      'late; the rollout holds, 2 ready pods serve on. Back to the last pods that came up: ' +
        'kubectl --namespace n annotate --overwrite tickstorm demo tickstorm.io/roll-back=0123456789',
    );
    expect(messageOf(false)).toBe('late; the rollout holds, 2 ready pods serve on');
  });

  it('tell what is held back, and what is not understood', () => {
    const paused = (value: string) => summary({ tickStorm: annotated({ 'tickstorm.io/paused': value }) });
    expect(paused('rollout')).toContain('Paused=True PausedByAnnotation');
    expect(paused('yes')).toContain('Paused=Unknown UnknownAnnotationValue');
  });

  it('tell of a shared namespace who has not said what is wanted there', () => {
    const foreignPod = 'web-1';
    expect(summary({ foreignPod })).toContain('SharedNamespace=True ForeignPods');
    const said = tickStorm({ quota: { mode: 'Managed' }, limitRange: { mode: 'None' } });
    expect(summary({ foreignPod, tickStorm: said }).join()).not.toContain('SharedNamespace');
  });

  it('tell that another one holds back what the namespace shares, and not so of oneself', () => {
    expect(summary({ sharedHeldBy: 'other' })).toContain('SharedHeldBack=True NeighbourPaused');
    expect(summary({ sharedHeldBy: 'demo' }).join()).not.toContain('SharedHeldBack');
  });

  it('say by their reasons that no pod serves, and that addresses are hidden', () => {
    expect(summary({ deployment: undefined })).toContain('Available=False MinimumReplicasUnavailable');
    const hidden = tickStorm({
      service: { externalTrafficPolicy: 'Cluster' },
      server: { ipAllowlist: ['10.0.0.0/8'] },
    });
    expect(summary({ tickStorm: hidden })).toContain('AddressesHidden=True ClusterTrafficPolicy');
  });

  it('says that the load balancer has no address', () => {
    expect(summary({ service: object('Service', { status: {} }) })).toContain(
      'EndpointAssigned=False LoadBalancerPending',
    );
    const message = (service: KubeObject | undefined) =>
      findingsOf(observation({ service })).find(({ type }) => type === 'EndpointAssigned')?.message;
    expect(message(object('Service', { status: {} }))).toContain('has no address yet');
    expect(message(undefined)).toBe('The Service is not there yet');
  });

  it('keep the time of their last change of status', () => {
    const finding = { type: 'Ready', status: 'False', reason: 'RolloutInProgress', message: '1 of 2' } as const;
    const before = toConditions([finding], [], 1, '2030-01-01T00:00:00Z');
    const same = toConditions([{ ...finding, message: '2 of 2' }], before, 2, '2030-01-01T00:00:09Z');
    expect(same[0]).toMatchObject({
      lastTransitionTime: '2030-01-01T00:00:00Z',
      message: '2 of 2',
      observedGeneration: 2,
    });
    const changed = toConditions([{ ...finding, status: 'True' }], same, 2, '2030-01-01T00:00:10Z');
    expect(changed[0]?.lastTransitionTime).toBe('2030-01-01T00:00:10Z');
  });
});

describe('the status', () => {
  it('tells what one asks first', () => {
    expect(statusOf(observation(), '2030-01-01T00:00:00Z')).toMatchObject({
      observedGeneration: 4,
      desiredReplicas: 2,
      replicas: 2,
      readyReplicas: 2,
      updatedReplicas: 2,
      selector: 'app=demo,app.kubernetes.io/instance=demo,app.kubernetes.io/name=tick-storm',
      endpoint: '192.0.2.1:8080',
      version: '1.2',
      authSecret: 'demo-auth',
    });
  });

  it('tells how many pods are wanted, which is not always what the spec has', () => {
    const hibernating = { plan: { ...fittingPlan, replicas: 0 }, deployment: deployment({}, 0) };
    expect(statusOf(observation(hibernating), '2030-01-01T00:00:00Z')).toMatchObject({
      desiredReplicas: 0,
      readyReplicas: 0,
    });
  });

  it('is the same later, when nothing has happened', () => {
    const first = statusOf(observation(), '2030-01-01T00:00:00Z');
    const again = statusOf(observation({ tickStorm: { ...tickStorm(), status: first } }), '2030-01-01T00:05:00Z');
    expect(isSameStatus(first, again)).toBe(true);
    expect(isSameStatus(first, { ...again, readyReplicas: 1 })).toBe(false);
  });

  it.each([
    [{ type: 'ClusterIP' }, {}, 'demo.n.svc:8080'],
    [
      { type: 'LoadBalancer', port: 9 },
      { status: { loadBalancer: { ingress: [{ ip: '2001:db8::1' }] } } },
      '[2001:db8::1]:9',
    ],
    [{}, { status: { loadBalancer: { ingress: [{ hostname: 'lb.example' }] } } }, 'lb.example:8080'],
    [{}, {}, undefined],
  ])('knows where clients connect: %j', (service, fields, expected) => {
    const observed = observation({ tickStorm: tickStorm({ service }), service: object('Service', fields) });
    expect(statusOf(observed, '').endpoint).toBe(expected);
  });

  it.each([
    ['server', 'latest'],
    ['registry.example:5000/server', 'latest'],
    ['registry.example:5000/a/server:v1', 'v1'],
    ['server:v1@sha256:abc', 'sha256:abc'],
  ])('takes the version from the image %s', (image, version) => {
    expect(imageVersion(image)).toBe(version);
  });
});

it('tells where Drain acts as Immediate', () => {
  expect(summary({ isDrainGivenUp: true })).toContain('DrainUnavailable=True RightsEndWithNamespace');
  expect(summary({}).join()).not.toContain('DrainUnavailable');
});

describe('the numbers of the pods in the status', () => {
  const stats = { connections: 1_200, ticksPerSecond: 200, position: 7 };

  it('are told when pods have answered, and else left out', () => {
    expect(statusOf(observation({ stats }), '2026-01-01T00:00:00Z')).toMatchObject(stats);
    expect(statusOf(observation(), '2026-01-01T00:00:00Z')).not.toHaveProperty('connections');
  });

  it('are news, but for a position by itself', () => {
    const status = (changes: object): ReturnType<typeof statusOf> =>
      statusOf(observation({ stats: { ...stats, ...changes } }), '2026-01-01T00:00:00Z');
    expect(isSameStatus(status({}), status({ position: 8 }))).toBe(true);
    expect(isSameStatus(status({}), status({ connections: 1_300 }))).toBe(false);
  });
});
