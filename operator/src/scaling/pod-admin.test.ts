import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { trusted } from '../runtime/trusted.ts';
import { HttpPodAdmin } from './pod-admin.ts';

const pod = { address: '127.0.0.1', token: 'secret' };
let server: Server;
let admin: HttpPodAdmin;
let asked: string[];
let answer: { status: number; body: unknown } | 'none';
let cutOff: AbortController;

beforeEach(async () => {
  asked = [];
  server = createServer((request, response) => {
    let sent = '';
    request.on('data', (chunk: Buffer) => (sent += chunk.toString()));
    request.on('end', () => {
      asked.push(`${request.method} ${request.url} ${request.headers.authorization}${sent}`);
      if (answer === 'none') cutOff.abort();
      else response.writeHead(answer.status).end(JSON.stringify(answer.body));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  cutOff = new AbortController();
  admin = new HttpPodAdmin(cutOff.signal, trusted<AddressInfo>(server.address()).port);
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

describe('HttpPodAdmin', () => {
  it('asks as the server’s admin port has it', async () => {
    answer = { status: 200, body: { state: 'draining', connections: 3, startedAt: 'x' } };
    expect(await admin.drain(pod, 30, 10)).toEqual({ state: 'draining', connections: 3 });
    await admin.status(pod);
    await admin.resume(pod);
    await admin.rebalance(pod, 5, 0.5);
    expect(asked).toEqual([
      'POST /drain?seconds=30&delaySeconds=10 Bearer secret',
      'GET /drain Bearer secret',
      'DELETE /drain Bearer secret',
      'POST /rebalance Bearer secret{"connections":5,"perSecond":0.5}',
    ]);
  });

  it('waits no longer for a pod that hangs once the operator is to end', async () => {
    answer = 'none';
    await expect(admin.status(pod)).rejects.toThrow('aborted');
    await expect(admin.status(pod)).rejects.toThrow('aborted');
    expect(asked).toHaveLength(1);
  });

  it('fails when it is refused, and with what is no answer of a server', async () => {
    answer = { status: 401, body: {} };
    await expect(admin.status(pod)).rejects.toThrow('the admin port answers GET /drain with 401');
    answer = { status: 409, body: {} };
    await expect(admin.resume(pod)).rejects.toThrow('the admin port answers DELETE /drain with 409');
    answer = { status: 200, body: { state: 'asleep', connections: 0 } };
    await expect(admin.status(pod)).rejects.toThrow('state');
  });
});
