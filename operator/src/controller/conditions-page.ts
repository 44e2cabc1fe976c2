import { markdownTable } from '../markdown-table.ts';
import { CONDITIONS, REASONS, UNPLANNED } from './reasons.ts';

const conditions = (): string =>
  markdownTable(
    ['Condition', 'True means'],
    Object.entries(CONDITIONS).map(([name, text]) => [`\`${name}\``, text]),
  );

function reasons(): string {
  const planned: Readonly<Record<string, string>> = UNPLANNED;
  const rows = Object.entries(REASONS).map(([name, text]) => [`\`${name}\``, text, planned[name] ?? 'yes']);
  return markdownTable(['Reason', 'Meaning', 'Told by `tick plan`'], rows);
}

/** The page of the documentation that lists every condition and every reason. */
export function conditionsPage(): string {
  return `<!-- Generated from operator/src/controller/reasons.ts by \`npm run generate\`. Do not edit. -->

# Conditions of a TickStorm

\`kubectl describe tickstorm NAME\` shows them, each with its reason and a message that names objects, numbers and what to do. They follow kstatus: \`kubectl wait --for=condition=Ready tickstorm/NAME\` works, and \`observedGeneration\` says for which state of the spec they speak.

${conditions()}

\`tick plan\` tells of a change which of them it would bring, where that can be known before ([how](operations.md)): \`Ready\` (with \`Stalled\`) where an object, the credentials or the certificate stand in its way and where no pods are wanted, \`EndpointAssigned\` where no load balancer is awaited, never \`Available\` and \`Reconciling\`, and all others.

${reasons()}
`;
}
