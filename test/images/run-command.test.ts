import { describe, expect, it } from '@jest/globals';
import { runCommand } from './run-command.ts';

describe('runCommand', () => {
  it('returns standard output and shows all lines on the way', async () => {
    const lines: string[] = [];
    const output = await runCommand('sh', ['-c', 'echo out; echo err >&2'], { onLine: (line) => lines.push(line) });
    expect(output).toBe('out');
    expect(lines.sort()).toEqual(['err', 'out']);
  });

  it('fails with the command, its exit code and its last lines', async () => {
    await expect(runCommand('sh', ['-c', 'echo why >&2; exit 3'])).rejects.toThrow(/^sh -c .*: exit code 3\n {2}why$/);
  });

  it('ends when told to', async () => {
    const stop = new AbortController();
    const onLine = (): void => stop.abort();
    await expect(runCommand('sh', ['-c', 'echo up; exec sleep 60'], { signal: stop.signal, onLine })).rejects.toThrow(
      'The operation was aborted',
    );
  });
});
