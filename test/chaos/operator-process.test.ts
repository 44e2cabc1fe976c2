import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { OperatorProcess } from './operator-process.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'operator-process-'));
});
afterAll(() => rm(folder, { recursive: true }));

const LAST_WORDS = `console.error(JSON.stringify({ message: 'last words' })); process.exitCode = 3;`;

/** Starts a program; by default one that says one thing and ends with 3. */
async function start(text: string = LAST_WORDS, hasOwnClock = false): Promise<OperatorProcess> {
  const program = join(folder, 'program.mjs');
  await writeFile(program, text);
  const account = { name: 'a', namespace: 'n', token: 't' };
  return await OperatorProcess.start({ program, name: 'short-lived', folder, proxyPort: 1, account, hasOwnClock });
}

it('has read what an operator said last', async () => {
  const operator = await start();
  await operator.exited;
  await operator.logged('last words');
});

it('is not waited for when it has ended', async () => {
  const operator = await start();
  const ended = 'the operator ended with 3, and was waited for to log';
  await expect(operator.logged('more')).rejects.toThrow(`${ended} "more"`);
  await expect(operator.idle()).rejects.toThrow(`${ended} "caches are complete, reconciling"`);
});

it('goes by the clocks that it is told to have', async () => {
  const say = (what: string): string => `console.error(JSON.stringify({ message: String(${what}) }))`;
  const years = `[Date.now(), new Date(), new Date(0)].map((time) => new Date(time).getUTCFullYear()).join()`;
  const operator = await start(
    `setInterval(() => { ${say(years)}; ${say('performance.now() > 1e9 && new Date() instanceof Date')}; }, 10);`,
    true,
  );
  const now = new Date();
  await operator.logged(`${now.getUTCFullYear()},${now.getUTCFullYear()},1970`);
  expect(operator.lines.some(({ message }) => message === 'true')).toBe(false);
  const wallMs = -20 * 365.25 * 24 * 3_600_000;
  await operator.setClock({ wallMs, monotonicMs: 2e9 });
  const then = new Date(now.getTime() + wallMs).getUTCFullYear();
  await operator.logged(`${then},${then},1970`);
  await operator.logged('true');
  await operator.end();
  // Whoever has ended has no clock to set.
  await operator.setClock({ wallMs: 0 });
});

it('ends by itself with a clock of its own too', async () => {
  const operator = await start(LAST_WORDS, true);
  expect(await operator.exited).toBe(3);
});
