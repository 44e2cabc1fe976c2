import type { FieldChange } from './object-diff.ts';
import type { PlanResult, Preview } from './preview.ts';

const MARKS = { created: '+', changed: '~', removed: '-', blocked: '!' } as const;
/** Longer values are cut: whoever needs all of one has it in the resource. */
const LONGEST_VALUE = 200;

/** Control characters, which a terminal might obey. */
// oxlint-disable-next-line no-control-regex -- these are what is looked for
const CONTROL = /[\u0000-\u001F\u007F-\u009F]/g;

/** A text of others, such as a name in a file or a message of an admission policy, as a terminal may show it. */
export const printable = (text: string): string => text.replaceAll(CONTROL, '�');

function valueText(value: unknown): string {
  const text = printable(JSON.stringify(value) ?? '');
  return text.length <= LONGEST_VALUE ? text : `${text.slice(0, LONGEST_VALUE)}… (${text.length} characters)`;
}

function fieldText({ path, before, after }: FieldChange): string {
  if (before === undefined) return `    + ${path}: ${valueText(after)}`;
  if (after === undefined) return `    - ${path}: ${valueText(before)}`;
  return `    ~ ${path}: ${valueText(before)} → ${valueText(after)}`;
}

function previewLines({ object, change, fields = [], detail }: Preview): string[] {
  if (change === 'none') return [];
  const heading = printable(`${MARKS[change]} ${object}${detail === undefined ? '' : `: ${detail}`}`);
  return [heading, ...fields.map((field) => fieldText(field))];
}

/** The plan for people: one block per object that would not stay as it is, notes, and a line of counts. */
export function planText({ previews, notes }: PlanResult): string {
  const count = (change: Preview['change']): number => previews.filter((preview) => preview.change === change).length;
  const blocked = count('blocked');
  const counts = [
    `${count('created')} created`,
    `${count('changed')} changed`,
    `${count('removed')} removed`,
    ...(blocked > 0 ? [`${blocked} blocked`] : []),
    `${count('none')} unchanged`,
  ];
  const blocks = previews.flatMap((preview) => previewLines(preview));
  return [...blocks, ...notes.map((note) => `note: ${printable(note)}`), counts.join(', '), ''].join('\n');
}

/** Whether anything would not stay as it is. */
export function hasChanges({ previews }: PlanResult): boolean {
  return previews.some(({ change }) => change !== 'none');
}
