import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Fleet } from './fleet.ts';
import type { ClientSpec, FleetAnswer, FleetRequest, Window } from './fleet-message.ts';
import { emptyWindow } from './journal.ts';

const PROGRAM = join(import.meta.dirname, 'fleet-process.ts');

/** Clients in several processes. */
export class ForkedFleet implements Fleet {
  readonly #children: readonly ChildProcess[];
  #size = 0;

  constructor(processes: number) {
    this.#children = Array.from({ length: processes }, () => fork(PROGRAM, { execArgv: ['--conditions=source'] }));
  }

  get size(): number {
    return this.#size;
  }

  async open(specs: readonly ClientSpec[]): Promise<void> {
    this.#size += specs.length;
    const count = this.#children.length;
    await this.#askEach('done', (child) => {
      return { kind: 'open', clients: specs.filter((_, index) => index % count === child) };
    });
  }

  async highest(): Promise<number> {
    return Math.max(...(await this.#askAll({ kind: 'highest' }, 'highest')).map(({ sequence }) => sequence));
  }

  async settle(sequence: number, withinMs: number): Promise<number> {
    const answers = await this.#askAll({ kind: 'settle', sequence, withinMs }, 'settled');
    return answers.reduce((sum, { late }) => sum + late, 0);
  }

  async window(): Promise<{ resuming: Window; original: Window }> {
    const answers = await this.#askAll({ kind: 'window' }, 'window');
    return {
      resuming: joined(answers.map(({ resuming }) => resuming)),
      original: joined(answers.map(({ original }) => original)),
    };
  }

  async close(): Promise<void> {
    const running = this.#children.filter(({ exitCode, connected }) => exitCode === null && connected);
    for (const child of running) {
      child.disconnect();
      await once(child, 'exit');
    }
  }

  #askAll<K extends FleetAnswer['kind']>(request: FleetRequest, kind: K): Promise<Extract<FleetAnswer, { kind: K }>[]> {
    return this.#askEach(kind, () => request);
  }

  #askEach<K extends FleetAnswer['kind']>(
    kind: K,
    requestOf: (child: number) => FleetRequest,
  ): Promise<Extract<FleetAnswer, { kind: K }>[]> {
    return Promise.all(this.#children.map((child, index) => ask(child, requestOf(index), kind)));
  }
}

async function ask<K extends FleetAnswer['kind']>(
  child: ChildProcess,
  request: FleetRequest,
  kind: K,
): Promise<Extract<FleetAnswer, { kind: K }>> {
  const exit = new AbortController();
  const ended = once(child, 'exit', { signal: exit.signal }).then(
    () => Promise.reject(new Error('a process of clients ended')),
    () => new Promise<never>(() => {}),
  );
  const reply = once(child, 'message', { signal: exit.signal });
  child.send(request);
  try {
    const [answer] = (await Promise.race([reply, ended])) as [FleetAnswer];
    if (answer.kind === 'failed') throw new Error(answer.message);
    if (!isOf(answer, kind)) throw new Error(`${kind} was asked for and ${answer.kind} answered`);
    return answer;
  } finally {
    exit.abort();
  }
}

function isOf<K extends FleetAnswer['kind']>(
  answer: FleetAnswer,
  kind: K,
): answer is Extract<FleetAnswer, { kind: K }> {
  return answer.kind === kind;
}

function joined(windows: readonly Window[]): Window {
  const sum = emptyWindow();
  for (const window of windows) {
    sum.pausesMs.push(...window.pausesMs);
    sum.subscribedAtMs.push(...window.subscribedAtMs);
    for (const name of ['closes', 'ticks', 'missing', 'duplicated', 'outOfOrder', 'gaps'] as const)
      sum[name] += window[name];
  }
  return sum;
}
