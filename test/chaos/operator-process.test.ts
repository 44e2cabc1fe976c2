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

/** A program that says one thing and ends with 3. */
async function start(): Promise<OperatorProcess> {
  const program = join(folder, 'program.mjs');
  await writeFile(program, `console.error(JSON.stringify({ message: 'last words' })); process.exitCode = 3;`);
  const account = { name: 'a', namespace: 'n', token: 't' };
  return await OperatorProcess.start({ program, name: 'short-lived', folder, proxyPort: 1, account });
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
