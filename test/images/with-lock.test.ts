import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runCommand } from './run-command.ts';
import { withLock } from './with-lock.ts';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'lock-'));
});
afterEach(() => rm(directory, { recursive: true }));

describe('withLock', () => {
  it('keeps others out while the work lasts, and lets them in after it', async () => {
    const file = join(directory, 'lock');
    const order: string[] = [];
    const { promise: second, resolve } = Promise.withResolvers<void>();
    await withLock(file, async () => {
      resolve(withLock(file, async () => void order.push('second')));
      await expect(runCommand('flock', ['--nonblock', file, 'true'])).rejects.toThrow('exit code 1');
      order.push('first');
    });
    await second;
    expect(order).toEqual(['first', 'second']);
    await expect(runCommand('flock', ['--nonblock', file, 'true'])).resolves.toBe('');
  });

  it('is free again after a failure, which it passes on', async () => {
    const file = join(directory, 'lock');
    await expect(withLock(file, () => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
    await expect(withLock(file, () => Promise.resolve('next'))).resolves.toBe('next');
  });

  it('says when the lock cannot be had', async () => {
    await expect(withLock(join(directory, 'none', 'lock'), () => Promise.resolve())).rejects.toThrow('cannot lock');
  });
});
