import type { Kubectl } from '../install/kubectl.ts';

interface SeenCondition {
  readonly type: string;
  readonly status: string;
  readonly reason: string;
  readonly message: string;
}

/** Events that are the same to a reader: one line. */
export interface SeenEvent {
  readonly type: string;
  readonly reason: string;
  /** How often it was told. */
  readonly count: number;
  readonly message: string;
}

/** What `kubectl describe` says of a TickStorm. */
export interface TickStormView {
  readonly conditions: readonly SeenCondition[];
  readonly events: readonly SeenEvent[];
}

export async function viewOf(kubectl: Kubectl, namespace: string, name: string): Promise<TickStormView> {
  const text = await kubectl.run(['describe', 'tickstorm', name, `--namespace=${namespace}`]);
  const [object = '', events = ''] = text.split(/^Events:/m);
  return { conditions: conditionsIn(object), events: eventsIn(events) };
}

/** Fields come in alphabetical order, so that each condition ends with its type. */
function conditionsIn(object: string): SeenCondition[] {
  const [, list = ''] = object.split(/^ *Conditions:\n/m);
  const conditions: SeenCondition[] = [];
  let fields: Record<string, string> = {};
  for (const [, field = '', value = ''] of list.matchAll(/^ +(Message|Reason|Status|Type): +(.+)$/gm)) {
    fields[field] = value.trimEnd();
    if (field !== 'Type') continue;
    const { Type: type = '', Status: status = '', Reason: reason = '', Message: message = '' } = fields;
    conditions.push({ type, status, reason, message });
    fields = {};
  }
  return conditions;
}

/** Columns: type, reason, age with the count of a series (`2s (x3 over 5s)`), who tells it, message. */
function eventsIn(table: string): SeenEvent[] {
  return [
    ...table.matchAll(/^ +(Normal|Warning) {2,}(\S+) {2,}(\S+(?: \(x(\d+) over \S+\))?) {2,}\S+ {2,}(.+)$/gm),
  ].map(([, type = '', reason = '', , count = '1', message = '']) => ({
    type,
    reason,
    count: Number(count),
    message: message.trimEnd(),
  }));
}
