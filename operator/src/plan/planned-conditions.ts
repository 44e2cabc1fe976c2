import type { Condition } from '../api/v1alpha1/status.ts';
import { foreseenFindings, type Foreseen } from '../controller/conditions.ts';
import { losesRights } from '../controller/draining.ts';
import type { ConditionType } from '../controller/reasons.ts';
import { readRecord } from '../controller/template-record.ts';
import type { KubeObject } from '../runtime/kube-object.ts';
import { conditionNotes } from './condition-notes.ts';
import type { OperatorSettings } from './operator-settings.ts';
import type { SecretUnknownError } from './secret-reader.ts';

/** Of what is foreseen, what a look at Secrets has found, or why it has found nothing. */
type SecretLook<T> = { readonly found: T } | { readonly unknown: SecretUnknownError['message'] };

export interface PlannedConditionsQuestion extends Omit<Foreseen, 'credentials' | 'tls' | 'isDrainGivenUp'> {
  readonly where: string;
  readonly settings: OperatorSettings;
  readonly credentials: SecretLook<Foreseen['credentials']>;
  readonly tls: SecretLook<Foreseen['tls']>;
  /** Whether nodes may be listed here. */
  readonly seesNodes: boolean;
  /** The Deployment as it is. */
  readonly deployment: KubeObject | undefined;
}

/** Whether the operator serves some namespaces only, and so may not look at nodes. */
export const servesSome = ({ watchNamespaces = [] }: OperatorSettings): boolean => watchNamespaces.length > 0;

/** What to say of a TickStorm's conditions, and of which nothing is known here although the operator will know. */
export function plannedConditions(question: PlannedConditionsQuestion): string[] {
  const { where, settings, credentials, tls, deployment, tickStorm, template } = question;
  const unknown = new Map<ConditionType, string | undefined>();
  if ('unknown' in credentials) unknown.set('CredentialsReady', credentials.unknown);
  if ('unknown' in tls) unknown.set('TLSReady', tls.unknown);
  const isZoned = tickStorm.spec.scheduling.zoneAntiAffinity === 'Required';
  if (isZoned && !question.seesNodes && !servesSome(settings)) unknown.set('ZonesSufficient', 'no right to list nodes');
  // What another operator than this one holds back it alone knows, until it has noted it.
  const isHeldBack = template.state === 'held-back' && readRecord(deployment)?.heldBack !== template.digest;
  if (isHeldBack) unknown.set('PodsHeldBack', undefined);
  const { namespace, watchNamespaces } = settings;
  const isDrained = tickStorm.spec.deletionPolicy === 'Drain';
  const operator = { namespaces: watchNamespaces ?? [], operatorNamespace: namespace };
  const isDrainGivenUp = isDrained && losesRights(operator, tickStorm.metadata.namespace);
  if (isDrained && !isDrainGivenUp && watchNamespaces === undefined) {
    const why =
      `there is no Deployment of the operator to be seen in namespace ${namespace} that would say which namespaces it ` +
      'serves. Say so in POD_NAMESPACE and WATCH_NAMESPACES';
    unknown.set('DrainUnavailable', why);
  }
  const findings = foreseenFindings({
    ...question,
    template: isHeldBack ? { ...template, state: 'declared' } : template,
    credentials: 'found' in credentials ? credentials.found : undefined,
    tls: 'found' in tls ? tls.found : undefined,
    isDrainGivenUp,
  }).filter(({ type }) => !unknown.has(type));
  const { conditions = [] } = tickStorm.status;
  // Paused, the operator leaves what it has told of what it does not do now.
  const isLooked = ({ type }: Condition): boolean => findings.some((finding) => finding.type === type);
  const standing = question.pause === undefined ? conditions : conditions.filter(isLooked);
  return [
    ...[...unknown].flatMap(([type, why]) => (why === undefined ? [] : [`${where}: ${type} is not known: ${why}`])),
    ...conditionNotes({ where, findings, standing, unknown: new Set(unknown.keys()) }),
  ];
}
