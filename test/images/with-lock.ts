import { spawn } from 'node:child_process';
import { once } from 'node:events';

/**
 * Runs `work` while holding an exclusive lock on `file`, across processes. The lock belongs to a
 * flock(1) child that ends when its input closes, so that it cannot outlive this process.
 */
export async function withLock<T>(file: string, work: () => Promise<T>): Promise<T> {
  const holder = spawn('flock', ['--exclusive', file, 'sh', '-c', 'echo held; exec cat'], {
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let words = '';
  holder.stderr.on('data', (chunk: Buffer) => (words += chunk.toString()));
  const ended = once(holder, 'close');
  const held = await Promise.race([once(holder.stdout, 'data').then(() => true), ended.then(() => false)]);
  if (!held)
    throw new Error(`cannot lock ${file}: flock (util-linux) ended with code ${holder.exitCode}: ${words.trim()}`);
  try {
    return await work();
  } finally {
    holder.stdin.end();
    await ended;
  }
}
