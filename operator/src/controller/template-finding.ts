import { GROUP } from '../api/v1alpha1/group.ts';
import { serverImageOf } from '../builders/pod-template.ts';
import type { Finding } from './finding.ts';
import type { Observation } from './observation.ts';

const annotate = (tickStorm: Observation['tickStorm'], annotation: string): string => {
  const { name, namespace } = tickStorm.metadata;
  return `kubectl --namespace ${namespace} annotate --overwrite tickstorm ${name} ${GROUP}/${annotation}`;
};

/** Says so while the pods are not made of the spec's template; nothing while they are. */
export function templateFindings({ tickStorm, template }: Pick<Observation, 'tickStorm' | 'template'>): Finding[] {
  const type = 'PodsHeldBack';
  const image = serverImageOf(template.template) ?? '';
  if (template.state === 'held-back') {
    const message =
      `The operator has changed since these pods were made, of image ${image}: they stay until spec changes them. ` +
      `To replace them now: ${annotate(tickStorm, 'restarted-at=$(date +%s)')}`;
    return [{ type, status: 'True', reason: 'OperatorChanged', message }];
  }
  if (template.state === 'rolled-back') {
    const message =
      `Instead of what spec declares the pods are the last that came up, of image ${image}, until spec changes them ` +
      `or annotation ${GROUP}/roll-back goes`;
    return [{ type, status: 'True', reason: 'RolledBack', message }];
  }
  return [];
}

/** What to do about pods that do not come up, where others did before them; to be put behind the reason. */
export function rollBackHint({ tickStorm, template }: Pick<Observation, 'tickStorm' | 'template'>): string {
  if (!template.canRollBack) return '';
  return `. Back to the last pods that came up: ${annotate(tickStorm, `roll-back=${template.digest}`)}`;
}
