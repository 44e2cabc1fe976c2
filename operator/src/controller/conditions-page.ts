import { EVENT_REASONS, TOLD_CONDITION_REASONS } from '../event-reasons.ts';
import { markdownTable } from '../markdown-table.ts';
import { CONDITION_REASONS, CONDITIONS, REASONS, UNPLANNED } from './reasons.ts';

const code = (names: readonly string[]): string => names.map((name) => `\`${name}\``).join(', ');

const conditions = (): string =>
  markdownTable(
    ['Condition', 'True means', 'Reasons'],
    Object.entries(CONDITIONS).map(([name, text]) => [`\`${name}\``, text, reasonsOf(name)]),
  );

function reasonsOf(condition: string): string {
  const byCondition: Readonly<Record<string, readonly string[]>> = CONDITION_REASONS;
  const listed = byCondition[condition] ?? [];
  // One of the others goes with each reason for which it is False.
  if (condition !== 'Ready') return code(listed);
  const { Stalled, Reconciling } = CONDITION_REASONS;
  const own = CONDITION_REASONS.Ready.filter((reason) => !Stalled.includes(reason) && !Reconciling.includes(reason));
  return `${code(own)}, and those of \`Stalled\` and \`Reconciling\``;
}

function reasons(): string {
  const planned: Readonly<Record<string, string>> = UNPLANNED;
  const rows = Object.entries(REASONS).map(([name, text]) => [`\`${name}\``, text, planned[name] ?? 'yes']);
  return markdownTable(['Reason', 'Meaning', 'Told by `tick plan`'], rows);
}

const events = (): string =>
  markdownTable(
    ['Event', 'Tells'],
    Object.entries(EVENT_REASONS).map(([name, text]) => [`\`${name}\``, text]),
  );

/** The page of the documentation that lists every condition, every reason and every event. */
export function conditionsPage(): string {
  return `<!-- Generated from operator/src/controller/reasons.ts and operator/src/event-reasons.ts by \`npm run generate\`. Do not edit. -->

# Conditions of a TickStorm

\`kubectl describe tickstorm NAME\` shows them, each with its reason and a message that names objects, numbers and what to do. They follow kstatus: \`kubectl wait --for=condition=Ready tickstorm/NAME\` works, and \`observedGeneration\` says for which state of the spec they speak.

${conditions()}

\`tick plan\` tells of a change which of them it would bring, where that can be known before ([how](operations.md)): \`Ready\` (with \`Stalled\`) where an object, the credentials or the certificate stand in its way and where no pods are wanted, \`EndpointAssigned\` where no load balancer is awaited, never \`Available\` and \`Reconciling\`, and all others.

${reasons()}

## Events

They tell what was done, and what stands in the way; \`kubectl describe tickstorm NAME\` shows them, repetitions as one with a count.

${events()}

Of the reasons above those that somebody must see to are events as well: ${code(TOLD_CONDITION_REASONS)}.
`;
}
