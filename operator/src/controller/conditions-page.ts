import { CONDITIONS, REASONS } from './reasons.ts';

function table(head: readonly [string, string], rows: Readonly<Record<string, string>>): string {
  const cells = [head, ...Object.entries(rows).map(([name, text]) => [`\`${name}\``, text] as const)];
  const widths = [0, 1].map((column) => Math.max(...cells.map((row) => row[column]!.length)));
  const line = (row: readonly string[]): string =>
    `| ${row.map((cell, column) => cell.padEnd(widths[column]!)).join(' | ')} |`;
  const rule = `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`;
  return [line(cells[0]!), rule, ...cells.slice(1).map(line)].join('\n');
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
