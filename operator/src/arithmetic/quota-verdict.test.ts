import { describe, expect, it } from '@jest/globals';
import { quantityNanos } from '../api/quantity.ts';
import type { PodAffinity } from './pod-affinity.ts';
import type { PodResources } from './pod-resources.ts';
import { checkQuotas, type PodDemand, type QuotaMember } from './quota-verdict.ts';
import { quotaCapacity, quotaLines, type QuotaQuestion, type QuotaView } from './quota.ts';

/** The pod of the Kubernetes guide, at a request of one CPU. */
const pod: PodResources = {
  containers: [
    { name: 'tick-storm', resources: { limits: { cpu: '2000m', memory: '2Gi' }, requests: { cpu: 1, memory: '1Gi' } } },
  ],
};
const hard = {
  'requests.cpu': '10',
  'requests.memory': '20Gi',
  'limits.cpu': '20',
  'limits.memory': '40Gi',
  pods: '10',
};
const managed = (changes: Partial<QuotaView> = {}): QuotaView => ({
  name: 'tick-storm-quota',
  isManaged: true,
  hard,
  used: {},
  ...changes,
});
const question = (changes: Partial<QuotaQuestion> = {}): QuotaQuestion => ({
  quotas: [managed()],
  pod,
  own: [],
  reserved: () => 0n,
  ...changes,
});
const member = (
  changes: Partial<QuotaMember>,
  amounts: Readonly<Record<string, string | number>> = hard,
): QuotaMember => ({
  name: 'a',
  isSelf: true,
  mode: 'Managed',
  hard: (resource) => quantityNanos(amounts[resource] ?? 0),
  ...changes,
});
const demand = (changes: Partial<PodDemand> = {}): PodDemand => ({
  most: 10,
  field: 'spec.autoscaling.maxReplicas',
  surge: 3,
  draining: 2,
  // One member, whose quota it is.
  members: () => [member({})],
  ...changes,
});
const capacity = (changes: Partial<QuotaQuestion>): number => quotaCapacity(quotaLines(question(changes)));

describe("the guide's numbers", () => {
  it('fit in steady state and leave nothing for a rollout, and the message names quota, resource, have, need and fix', () => {
    const verdict = checkQuotas(question(), demand());
    expect(verdict).toMatchObject({ holds: false, reason: 'SurgeExceedsQuota' });
    expect(verdict.message).toBe(
      'ResourceQuota tick-storm-quota binds: requests.cpu, have 10, need 13 (10 pods by spec.autoscaling.maxReplicas and ' +
        '3 of surge of 1): rollouts at that size start fewer pods at once. ' +
        "Raise spec.quota.hard to requests.cpu: '13', limits.cpu: '26', pods: '13', or lower spec.autoscaling.maxReplicas",
    );
  });

  it('are enough for what needs no extra pod', () => {
    expect(checkQuotas(question(), demand({ surge: 0, draining: 0 }))).toMatchObject({
      holds: true,
      reason: 'QuotaFits',
    });
  });
});

describe('checkQuotas', () => {
  const wide = {
    ...hard,
    'requests.cpu': '100',
    'limits.cpu': '200',
    'limits.memory': '400Gi',
    'requests.memory': '200Gi',
  };
  it.each<[string, QuotaQuestion, PodDemand, string]>([
    ['no quota', question({ quotas: [] }), demand(), 'NoQuota'],
    [
      'nine pods for ten',
      question({ quotas: [managed({ hard: { pods: '9' } })] }),
      demand(),
      'SteadyStateExceedsQuota',
    ],
    [
      "nine pods for ten by somebody's quota",
      question({ quotas: [managed({ hard: wide }), managed({ name: 'team', isManaged: false, hard: { pods: '9' } })] }),
      demand(),
      'OtherQuotaBinding',
    ],
    [
      'room for the surge only',
      question({ quotas: [managed({ hard: { pods: '13' } })] }),
      demand(),
      'DrainExceedsQuota',
    ],
    ['room for all', question({ quotas: [managed({ hard: { pods: '15' } })] }), demand(), 'QuotaFits'],
    [
      'a foreign pod in the last place',
      question({ quotas: [managed({ hard: { pods: '15' }, used: { pods: '3' } })], own: [pod, pod] }),
      demand(),
      'DrainExceedsQuota',
    ],
    [
      'another TickStorm that may still grow',
      question({ quotas: [managed({ hard: { pods: '15' } })], reserved: () => 6_000_000_000n }),
      demand(),
      'SteadyStateExceedsQuota',
    ],
    [
      'a quota over something that a container does not declare',
      question({ pod: { containers: [...pod.containers, { name: 'sidecar' }] } }),
      demand(),
      'NoLimitsDeclared',
    ],
  ])('%s', (_, asked, pods, reason) => {
    expect(checkQuotas(asked, pods)).toMatchObject({ reason, holds: reason === 'NoQuota' || reason === 'QuotaFits' });
  });

  const other = (mode: QuotaMember['mode'], pods: number): QuotaMember =>
    member({ name: 'b', isSelf: false, mode }, { pods });
  const own = (mode: QuotaMember['mode'], pods: number): QuotaMember => member({ mode }, { pods });
  const ofB = (pods: number): string =>
    `Raise spec.quota.hard of TickStorm b, which fixes the quota of the namespace, to pods: '${pods}'`;
  it.each<[string, QuotaMember[], string]>([
    ['its own share of the sum', [own('Managed', 10), other('Managed', 10)], "Raise spec.quota.hard to pods: '11'"],
    ['the whole that it fixes itself', [own('Fixed', 20), other('Managed', 10)], "Raise spec.quota.hard to pods: '21'"],
    ['the whole that another one fixes', [own('Managed', 10), other('Fixed', 20)], ofB(21)],
    ['the whole that another one fixes for one with none', [own('None', 10), other('Fixed', 20)], ofB(21)],
    ['the least of what several fix', [own('Fixed', 30), other('Fixed', 20)], ofB(21)],
    [
      'all that is too little of what several fix',
      [own('Fixed', 20), other('Fixed', 20)],
      "Raise spec.quota.hard to pods: '21' and raise spec.quota.hard of TickStorm b, which fixes",
    ],
    [
      'a share for one that has none',
      [own('None', 10), other('Managed', 20)],
      "Set spec.quota.mode to Managed and spec.quota.hard to pods: '1'",
    ],
    [
      'nothing to declare where the quota lags behind',
      [own('Managed', 11), other('Managed', 10)],
      'What is declared is enough, and the ResourceQuota does not follow it yet',
    ],
  ])('names as the remedy, in a quota that several share, %s', (_, members, remedy) => {
    const asked = question({ quotas: [managed({ hard: { pods: '20' } })], reserved: () => 10_000_000_000n });
    const { message } = checkQuotas(asked, demand({ surge: 1, members: () => members }));
    expect(message).toContain(`ResourceQuota tick-storm-quota binds: pods, have 20, need 21`);
    expect(message).toContain(remedy);
  });

  it('names every quota that is short, and what would fit as it is', () => {
    const team = managed({ name: 'team', isManaged: false, hard: { pods: '9' } });
    const asked = question({ quotas: [managed({ hard: { pods: '8' } }), team] });
    const { message } = checkQuotas(asked, demand({ members: () => [own('Managed', 8)] }));
    expect(message).toContain(
      "8 pods fit. Raise spec.quota.hard to pods: '10' and raise ResourceQuota team to pods: '10', " +
        'or lower spec.autoscaling.maxReplicas to 8',
    );
  });

  it('does not offer fewer pods as the remedy where none fits', () => {
    const { message } = checkQuotas(
      question({ quotas: [managed({ isManaged: false, hard: { pods: '0' } })] }),
      demand(),
    );
    expect(message).toMatch(/0 pods fit\. Raise ResourceQuota tick-storm-quota to pods: '10'$/);
  });

  it.each([
    ['requests.storage', 'of volume claims'],
    ['requests.ephemeral-storage', 'that need not be declared'],
    ['limits.ephemeral-storage', 'that need not be declared'],
    ['requests.example.com/gpu', 'of an extended resource'],
    ['limits.example.com/gpu', 'that no pod is charged for'],
  ])('admits pods that declare nothing of %s, a resource %s', (resource) => {
    const quotas = [managed({ isManaged: false, hard: { [resource]: '1Gi' } })];
    expect(checkQuotas(question({ quotas }), demand())).toMatchObject({ holds: true, reason: 'NoQuota' });
  });

  it('counts what is declared for the pod as a whole, and asks nothing of its containers then', () => {
    const whole = { containers: [{ name: 'a' }], resources: { limits: { cpu: '2' }, requests: { cpu: '1' } } };
    const quotas = [managed({ hard: { 'requests.cpu': '10', 'limits.cpu': '12', 'requests.memory': '1Gi' } })];
    expect(checkQuotas(question({ quotas, pod: whole }), demand({ most: 7, surge: 0, draining: 0 })).message).toContain(
      'limits.cpu, have 12, need 14',
    );
  });

  it.each([
    [1, { most: 10 }, "(10 pods by spec.replicas of 1): 1 pod fits. Raise spec.quota.hard to pods: '10'"],
    [0, { most: 1 }, '(1 pod by spec.replicas of 1): 0 pods fit.'],
    [1, { most: 1, surge: 1 }, '(1 pod by spec.replicas and 1 of surge of 1): rollouts'],
    [
      2,
      { most: 1, surge: 1, draining: 1 },
      '(1 pod by spec.replicas, 1 of surge and 1 that still drains of 1): rollouts',
    ],
    [1, { most: 1 }, 'Up to 1 pod fits, 1 is declared by spec.replicas;'],
    [2, { most: 2 }, 'Up to 2 pods fit, 2 are declared by spec.replicas;'],
  ])('speaks of one pod as of one, within a quota of %i: %j', (pods, wanted, expected) => {
    const quotas = [managed({ hard: { pods: `${pods}` } })];
    const asked = demand({ surge: 0, draining: 0, field: 'spec.replicas', ...wanted, members: () => [member({}, {})] });
    expect(checkQuotas(question({ quotas }), asked).message).toContain(expected);
  });

  it('says what would have to be raised in a quota of others', () => {
    const quotas = [managed({ name: 'team', isManaged: false, hard: { pods: '9', 'limits.memory': '10Gi' } })];
    expect(checkQuotas(question({ quotas }), demand()).message).toContain(
      'ResourceQuota team binds: limits.memory, have 10Gi, need 20Gi (10 pods by spec.autoscaling.maxReplicas of 2Gi): ' +
        "5 pods fit. Raise ResourceQuota team to pods: '10', limits.memory: '20Gi'",
    );
  });
});

describe('the capacity', () => {
  it('is the least of all quotas that count the pods', () => {
    const team = managed({ name: 'team', isManaged: false, hard: { 'requests.memory': '4Gi' } });
    expect(capacity({ quotas: [managed(), team] })).toBe(4);
    expect(capacity({ quotas: [] })).toBe(Number.POSITIVE_INFINITY);
  });

  it('does not take our own pods for those of others, also those that still drain', () => {
    expect(
      capacity({
        quotas: [managed({ used: { pods: '10', 'limits.cpu': '20' } })],
        own: Array.from({ length: 10 }, () => pod),
      }),
    ).toBe(10);
  });

  it('is nothing when others take all', () => {
    expect(capacity({ quotas: [managed({ used: { pods: '12' } })] })).toBe(0);
  });

  it.each([
    [{ scopes: ['BestEffort'] }, false],
    [{ scopes: ['NotTerminating', 'NotBestEffort'] }, true],
    [{ scopes: ['Terminating'] }, false],
    [{ scopeRequirements: [{ scopeName: 'PriorityClass', operator: 'In', values: ['gold'] }] }, false],
    [{ scopeRequirements: [{ scopeName: 'PriorityClass', operator: 'DoesNotExist' }] }, true],
  ])('counts a quota with %j only where it counts the pods: %s', (scope, counts) => {
    const quotas = [managed({ hard: { pods: '1' }, ...scope })];
    expect(capacity({ quotas })).toBe(counts ? 1 : Number.POSITIVE_INFINITY);
  });

  it.each<[string, PodAffinity, boolean]>([
    [
      'of a selector',
      { podAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [{ namespaceSelector: {} }] } },
      true,
    ],
    [
      'by name',
      {
        podAntiAffinity: {
          preferredDuringSchedulingIgnoredDuringExecution: [{ podAffinityTerm: { namespaces: ['other'] } }],
        },
      },
      true,
    ],
    [
      'of its own alone',
      { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [{ namespaces: [] }] } },
      false,
    ],
  ])(
    'counts a quota of affinities across namespaces where the pods have one to namespaces %s',
    (_, affinity, counts) => {
      for (const scope of [
        { scopes: ['CrossNamespacePodAffinity'] },
        { scopeRequirements: [{ scopeName: 'CrossNamespacePodAffinity', operator: 'Exists' }] },
      ]) {
        const quotas = [managed({ hard: { pods: '1' }, ...scope })];
        expect(capacity({ quotas, pod: { ...pod, affinity } })).toBe(counts ? 1 : Number.POSITIVE_INFINITY);
      }
    },
  );

  it('adds sidecars and takes the largest init container', () => {
    const withInit: PodResources = {
      containers: [{ name: 'a', resources: { requests: { cpu: 1 } } }],
      initContainers: [
        { name: 'sidecar', restartPolicy: 'Always', resources: { requests: { cpu: 1 } } },
        { name: 'init', resources: { requests: { cpu: 4 } } },
      ],
    };
    expect(capacity({ pod: withInit, quotas: [managed({ hard: { cpu: '10' } })] })).toBe(2);
  });
});
