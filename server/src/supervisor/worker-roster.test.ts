import { expect, it } from '@jest/globals';
import { spawn } from 'node:child_process';
import { WorkerProcess } from './worker-process.ts';
import { WorkerRoster } from './worker-roster.ts';

it('tells nobody to move when there is no connection', async () => {
  const echo = ['-e', "process.on('message', (order) => process.send(order))"];
  const child = spawn(process.execPath, echo, { stdio: ['ignore', 'ignore', 'ignore', 'ipc', 'pipe'] });
  const first = await new Promise((resolve) => {
    const worker = new WorkerProcess(0, child, () => 0, {
      onMessage: () => {},
      onTaken: () => {},
      onReport: (_worker, report) => resolve(report),
      onExit: () => {},
    });
    const roster = new WorkerRoster();
    roster.add(worker);
    roster.rebalance(5, 1);
    roster.broadcast({ type: 'park', windowMs: 7 });
  });
  child.kill();
  expect(first).toEqual({ type: 'park', windowMs: 7 });
});
