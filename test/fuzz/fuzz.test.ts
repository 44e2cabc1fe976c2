import { describe, expect, it } from '@jest/globals';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
// The short form of `npm run fuzz`, with a seed of its own. A process of its own: under jest it takes many times as long.
const INPUTS = 200_000;
const LIMIT_MS = 300_000;

async function fuzz(...args: string[]): Promise<string> {
  const program = join(import.meta.dirname, 'main.ts');
  const { stdout } = await run(process.execPath, ['--conditions=source', program, '--seed', '4', ...args]);
  return stdout;
}

describe('mutated byte streams', () => {
  it(
    'bring the decoders and the session to every end that they have, and to no other',
    async () => {
      const output = await fuzz('--inputs', String(INPUTS));
      expect(output).toContain(`fuzz: ${INPUTS} inputs of seed 4`);
      expect(output).toContain(' 0 failures, no hang');
      for (const fault of ['magic', 'version', 'length', 'checksum'])
        expect(output).toContain(`stream: fault ${fault}`);
      for (const reason of ['invalid_auth', 'auth_required', 'already_authenticated', 'invalid_subscription']) {
        expect(output).toContain(`session: closed, ${reason}`);
      }
      expect(output).toContain('session: subscribed');
    },
    LIMIT_MS,
  );

  it('are the same again for one number', async () => {
    const first = await fuzz('--only', '4711');
    expect(first).toMatch(/^stream: /);
    expect(await fuzz('--only', '4711')).toBe(first);
  });
});
