import { describe, expect, it } from '@jest/globals';
import { quantityNanos } from '../api/quantity.ts';
import type { PodResources } from './pod-resources.ts';
import { checkQuotas, type PodDemand } from './quota-verdict.ts';
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
const demand = (changes: Partial<PodDemand> = {}): PodDemand => ({
  most: 10,
  field: 'spec.autoscaling.maxReplicas',
  surge: 3,
  draining: 2,
  // One member, whose quota it is.
  share: (resource) => quantityNanos(new Map(Object.entries(hard)).get(resource) ?? 0),
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

  it.each<[string, string | undefined, string]>([
    ['its own share of the sum', '10', "Raise spec.quota.hard to pods: '11'"],
    ['the whole where that is fixed', undefined, "Raise spec.quota.hard to pods: '21'"],
  ])('names as the remedy, in a quota that several share, %s', (_, share, remedy) => {
    const asked = question({ quotas: [managed({ hard: { pods: '20' } })], reserved: () => 10_000_000_000n });
    const pods = demand({ surge: 1, share: () => (share === undefined ? undefined : quantityNanos(share)) });
    expect(checkQuotas(asked, pods).message).toContain(`have 20, need 21`);
    expect(checkQuotas(asked, pods).message).toContain(remedy);
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
