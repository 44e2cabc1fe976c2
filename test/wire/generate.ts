// Writes README.md from rules.ts, after a check that every case is there; with --check it only says whether the file
// is current.
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { format } from 'prettier';
import { rules } from './rules.ts';

const readme = join(import.meta.dirname, 'README.md');
const isCheck = process.argv.includes('--check');

const introduction = `# Conformance

Cases over real sockets against a real server, each for a rule of the [protocol](../../docs/protocol.md). The suite has its own writer and reader of frames and protobuf, so that the wire is checked and not one implementation against itself. Cases of the protocol's rules run over plain TCP and over TLS.

\`npm run generate\` writes this page from [rules.ts](rules.ts) and fails when a rule names a case that is not there.

| Rule | What must hold | Cases |
| --- | --- | --- |
`;

const missing: string[] = [];
const rows: string[] = [];
const texts = new Map<string, string>();
const seen = new Set<string>();
for (const { id, rule, cases } of rules) {
  if (seen.has(id)) missing.push(`the rule ${id} is there twice`);
  seen.add(id);
  for (const { file, title } of cases) {
    const text = texts.get(file) ?? (await readFile(join(import.meta.dirname, file), 'utf8').catch(() => ''));
    texts.set(file, text);
    if (!text.includes(title)) missing.push(`the rule ${id} has the case "${title}", which is not in ${file}`);
  }
  const places = cases.map(({ file, title }) => `[${file.replace('.test.ts', '')}](${file}): ${title}`);
  rows.push(`| ${id} | ${rule} | ${places.join('<br>')} |`);
}

for (const problem of missing) console.error(`test/wire/rules.ts: ${problem}`);
const page = await format(introduction + rows.join('\n'), { parser: 'markdown', printWidth: 120, singleQuote: true });
if (missing.length > 0) {
  process.exitCode = 1;
} else if (!isCheck) {
  await writeFile(readme, page);
  console.error('wrote test/wire/README.md');
} else if ((await readFile(readme, 'utf8').catch(() => '')) !== page) {
  console.error('test/wire/README.md differs from rules.ts: run npm run generate');
  process.exitCode = 1;
}
