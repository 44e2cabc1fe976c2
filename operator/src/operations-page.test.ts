import { describe, expect, it } from '@jest/globals';
import { readdirSync, readFileSync } from 'node:fs';
import { Metrics } from './metrics.ts';

const page = readFileSync(new URL('../../docs/operations.md', import.meta.url), 'utf8');

/** The cells of the table below a heading that begins so. */
function tableOf(head: string): string[][] {
  const lines = page.slice(page.indexOf(`\n${head}`) + 1).split('\n');
  const end = lines.findIndex((line) => !line.startsWith('|'));
  return lines.slice(2, end).map((line) =>
    line
      .slice(1, -1)
      .split('|')
      .map((cell) => cell.trim()),
  );
}

const codeIn = (cell: string | undefined): string[] =>
  [...(cell ?? '').matchAll(/`([^`]+)`/g)].map(([, code]) => code!);

/** Everything that the operator measures, each with a value: its name, type and labels. */
async function registered(): Promise<string[]> {
  const metrics = new Metrics();
  metrics.onReconcile({ controller: 'c', durationMs: 1, failed: false });
  metrics.onRequest({ verb: 'get', resource: 'r', status: 200, durationMs: 1, throttledMs: 1 });
  const queue = metrics.queueObserver('q');
  queue.added();
  queue.retried();
  queue.started(1);
  queue.finished(1);
  metrics.watch({
    isLeader: true,
    tickStormCount: 1,
    refusedNamespaceCount: 1,
    cachedObjects: { Pod: 1 },
    memory: { heapBytes: 1, heapLimitBytes: 1, residentBytes: 1, limitBytes: 1 },
    queues: { q: { depth: 1, unfinishedMs: 1, longestRunningMs: 1 } },
  });
  const text = await metrics.registry.metrics();
  return [...text.matchAll(/^# TYPE tick_storm_operator_(?<name>\w+) (?<type>\w+)$/gm)].map(({ groups }) => {
    const { name, type } = groups!;
    const sample = new RegExp(`^tick_storm_operator_${name}(?:_count)?(?:\\{(?<labels>[^}]*)\\})? `, 'm').exec(text);
    const labels = [...(sample?.groups?.['labels'] ?? '').matchAll(/(\w+)="/g)].map(([, label]) => label);
    return `${name} ${type} ${labels.join()}`.trim();
  });
}

describe('the page of operations lists', () => {
  it('every metric of the operator, with its type and labels', async () => {
    const told = tableOf('| Metric (`tick_storm_operator_…`)').flatMap(([names, type, labels]) =>
      codeIn(names).map((name) => `${name} ${type} ${codeIn(labels).join()}`.trim()),
    );
    expect(told.toSorted()).toEqual((await registered()).toSorted());
  });

  it('every message that the operator logs at info and above, with its level', () => {
    const source = readdirSync(new URL('.', import.meta.url), { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts') && !/\.test\.ts$|(^|\/)testing\/|example\.ts$/.test(file))
      .map((file) => readFileSync(new URL(file, import.meta.url), 'utf8'))
      .join('\n');
    const logged = [...source.matchAll(/logger\.(?<level>info|warn|error)\(\s*'(?<message>[^']+)'/g)].map(
      ({ groups }) => `${groups!['level']}: ${groups!['message']}`,
    );
    // Handed over as arguments, and of an error.
    const tried = [...source.matchAll(/#try\('(?<message>[^']+)'/g)].map(({ groups }) => `warn: ${groups!['message']}`);
    const lost = 'error: the lease NAMESPACE/tickstorm-operator was lost';
    const told = tableOf('| `message` of the operator').flatMap(([messages, level]) =>
      codeIn(messages).map((message) => `${level}: ${message}`),
    );
    expect(told.toSorted()).toEqual([...new Set([...logged, ...tried, lost])].toSorted());
  });
});
