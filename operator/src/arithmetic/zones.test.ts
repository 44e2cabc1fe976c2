import { expect, it } from '@jest/globals';
import { checkZones, zonesFor } from './zones.ts';

const node = (zone: string | undefined, labels: Record<string, string> = {}) => ({
  labels: { ...labels, ...(zone !== undefined && { 'topology.kubernetes.io/zone': zone }) },
});

it('counts the zones that have a fitting node', () => {
  const nodes = [node('b', { disk: 'fast' }), node('a', { disk: 'fast' }), node('a'), node('c'), node(undefined)];
  expect(zonesFor(nodes, {})).toEqual(['a', 'b', 'c']);
  expect(zonesFor(nodes, { disk: 'fast' })).toEqual(['a', 'b']);
  expect(zonesFor(nodes, { disk: 'slow' })).toEqual([]);
});

it('says how many pods find no zone, and what to do', () => {
  expect(checkZones(['a', 'b'], 2, 'spec.replicas')).toMatchObject({ holds: true, reason: 'ZonesFit' });
  expect(checkZones(['a', 'b'], 10, 'spec.autoscaling.maxReplicas')).toEqual({
    holds: false,
    reason: 'ZonesExceeded',
    message:
      'spec.scheduling.zoneAntiAffinity Required allows one pod in each zone: have 2 zones (a, b), need 10 by ' +
      'spec.autoscaling.maxReplicas, so 8 cannot be scheduled. Set it to Preferred, or lower ' +
      'spec.autoscaling.maxReplicas to 2',
  });
  expect(checkZones([], 2, 'spec.replicas').message).toMatch(/or label the nodes with topology\.kubernetes\.io\/zone$/);
});
