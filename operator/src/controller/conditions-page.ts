import { markdownTable } from '../markdown-table.ts';
import { CONDITIONS, REASONS } from './reasons.ts';

function table(head: readonly [string, string], texts: Readonly<Record<string, string>>): string {
  const rows = Object.entries(texts).map(([name, text]) => [`\`${name}\``, text]);
  return markdownTable(head, rows);
}

/** The page of the documentation that lists every condition and every reason. */
export function conditionsPage(): string {
  return `<!-- Generated from operator/src/controller/reasons.ts by \`npm run generate\`. Do not edit. -->

# Conditions of a TickStorm

\`kubectl describe tickstorm NAME\` shows them, each with its reason and a message that names objects, numbers and what to do. They follow kstatus: \`kubectl wait --for=condition=Ready tickstorm/NAME\` works, and \`observedGeneration\` says for which state of the spec they speak.

${table(['Condition', 'True means'], CONDITIONS)}

${table(['Reason', 'Meaning'], REASONS)}
`;
}
