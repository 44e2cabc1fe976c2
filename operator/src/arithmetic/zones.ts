import type { Verdict } from './verdict.ts';

type ZonesVerdict = Verdict<'ZonesFit' | 'ZonesExceeded'>;

/** A node, as far as it decides where pods may go. */
export interface NodeView {
  readonly labels: Readonly<Record<string, string>>;
}

const ZONE = 'topology.kubernetes.io/zone';

/** The zones that have a node which pods with this selector may go to. */
export function zonesFor(nodes: readonly NodeView[], nodeSelector: Readonly<Record<string, string>>): string[] {
  const wanted = Object.entries(nodeSelector);
  const fitting = nodes.filter(({ labels }) => wanted.every(([key, value]) => labels[key] === value));
  const zones = fitting.flatMap(({ labels }) => labels[ZONE] ?? []);
  return [...new Set(zones)].toSorted((a, b) => (a < b ? -1 : 1));
}

/** Whether each of the most pods finds a zone of its own. @param field the field that says how many there may be */
export function checkZones(zones: readonly string[], most: number, field: string): ZonesVerdict {
  const have = `${zones.length} ${zones.length === 1 ? 'zone' : 'zones'}`;
  const names = zones.length === 0 ? '' : ` (${zones.slice(0, 10).join(', ')})`;
  if (zones.length >= most) {
    return { holds: true, reason: 'ZonesFit', message: `One pod in each zone: ${have}${names} for ${most} pods` };
  }
  const remedy = zones.length === 0 ? `label the nodes with ${ZONE}` : `lower ${field} to ${zones.length}`;
  const message =
    `spec.scheduling.zoneAntiAffinity Required allows one pod in each zone: have ${have}${names}, need ${most} by ` +
    `${field}, so ${most - zones.length} cannot be scheduled. Set it to Preferred, or ${remedy}`;
  return { holds: false, reason: 'ZonesExceeded', message };
}
