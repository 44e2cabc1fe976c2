import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const EXAMPLES = [
  ['minimal', 'All defaults.'],
  ['production', 'Credentials of its own, schedules, monitoring, a network policy.'],
] as const;
/** Object files that are too long to read in a page. */
const LINKED_ONLY: ReadonlySet<string> = new Set(['dashboard']);
const TESTDATA = 'operator/src/builders/testdata';

const pathOf = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url));
const yaml = (text: string): string => `\`\`\`yaml\n${text.trimEnd()}\n\`\`\``;

/** One object of an example, folded; nothing where the example has none of it. */
function section(example: string, name: string): string[] {
  const file = `${TESTDATA}/${example}/${name}.yaml`;
  const text = readFileSync(pathOf(file), 'utf8');
  if (text.startsWith('# none')) return [];
  const kind = /^kind: (\w+)$/m.exec(text)?.[1];
  const title = /^ {2}name: (\S+)$/m.exec(text)?.[1];
  if (LINKED_ONLY.has(name)) return [`${kind} \`${title}\`: [${name}.yaml](../${file})`];
  return [`<details>\n<summary>${kind} <code>${title}</code></summary>\n\n${yaml(text)}\n\n</details>`];
}

function exampleSection([example, about]: (typeof EXAMPLES)[number]): string {
  const names = readdirSync(pathOf(`${TESTDATA}/${example}`)).map((file) => file.replace(/\.yaml$/, ''));
  const source = readFileSync(pathOf(`examples/${example}.yaml`), 'utf8');
  const objects = names.toSorted().flatMap((name) => section(example, name));
  return [
    `## examples/${example}.yaml`,
    about,
    `<details>\n<summary>The TickStorm</summary>\n\n${yaml(source)}\n\n</details>`,
    ...objects,
  ].join('\n\n');
}

/** The page of the documentation that shows what two of the examples become, from the golden files of the builders. */
export function objectsPage(): string {
  return `<!-- Generated from ${TESTDATA} by \`npm run generate\`. Do not edit. -->

# What a TickStorm becomes

These are the objects that the operator applies, as its tests hold them ([golden.test.ts](../operator/src/builders/golden.test.ts)); the API server adds its defaults. The credentials are those of the tests: real ones are random. The arithmetic decides the Deployment's number of pods, its strategy and the budget from what the quotas admit; here there is room. The quota and the limit range are shared by the TickStorms of a namespace. The same for [the other examples](../${TESTDATA}).

${EXAMPLES.map(exampleSection).join('\n\n')}
`;
}
