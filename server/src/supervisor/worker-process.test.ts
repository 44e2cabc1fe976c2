import { describe, expect, it } from '@jest/globals';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { WorkerProcess } from './worker-process.ts';

describe('WorkerProcess', () => {
  it('has ended when its process could not be started, so that it is replaced like one that died', async () => {
    const child = spawn('/nonexistent/program', [], { stdio: ['ignore', 'ignore', 'ignore', 'ipc', 'pipe'] });
    const ends: string[] = [];
    const worker = new WorkerProcess(0, child, () => 0, {
      onMessage: () => {},
      onTaken: () => {},
      onReport: () => {},
      onExit: (_worker, how) => ends.push(how),
    });
    await once(child, 'error');
    expect(worker.pid).toBeUndefined();
    expect(ends).toEqual(['spawn /nonexistent/program ENOENT']);
  });
});
