import { afterEach, describe, expect, it } from '@jest/globals';
import { fork, spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { once } from 'node:events';
import { closeAll, expectCurrent, open, openAuthenticated, openSubscribed } from './clients.ts';
import { eventually } from './eventually.ts';
import { errorOf } from './messages.ts';
import { intOf, readFields, textOf } from './raw-protobuf.ts';
import { TYPE } from './raw-frame.ts';
import { PASSWORD, ServerProcess, USERNAME } from './server-process.ts';
import { serverEntry } from './server-program.ts';

afterEach(closeAll);

const EX_CONFIG = 78;

describe('a wrong environment', () => {
  it('stops the server at start with every problem at once: name, value, and what is allowed', async () => {
    const { exit, logs } = await ServerProcess.run({
      HEARTBEAT_TIMEOUT_MS: 'soon',
      MAX_CONNECTIONS: '-5',
      SUBSCRIBE_TIMEOUT: '60',
      LISTEN_ADDR: 'nowhere',
      LOG_LEVEL: 'loud',
      IP_ALLOWLIST: '10.0.0.0/8,10.0.0.0/33',
      FEED_SYMBOLS: 'AAPL,aapl',
      TLS_ENABLED: 'maybe',
      AUTH_PASSWORD: '',
    });
    expect(exit).toEqual({ code: EX_CONFIG, signal: null });
    expect(logs).toHaveLength(9);
    for (const [name, value, allowed] of [
      ['HEARTBEAT_TIMEOUT_MS', 'soon', /whole number from \d+ to \d+/],
      ['MAX_CONNECTIONS', '-5', /whole number from \d+ to \d+/],
      ['SUBSCRIBE_TIMEOUT', '60', /duration such as/],
      ['LISTEN_ADDR', 'nowhere', /HOST:PORT/],
      ['LOG_LEVEL', 'loud', /error, warn, info, debug/],
      ['IP_ALLOWLIST', '10.0.0.0/8,10.0.0.0/33', /CIDR/],
      ['FEED_SYMBOLS', 'AAPL,aapl', /symbols/],
      ['TLS_ENABLED', 'maybe', /true or false/],
      ['AUTH_PASSWORD', '', /must be set/],
    ] as const) {
      const entry = logs.find((log) => log['name'] === name);
      expect(entry?.message).toContain(`${name}=${value}`);
      expect(entry?.message).toMatch(allowed);
      expect(entry?.level).toBe('error');
    }
  });

  it.each([
    [{ AUTH_USERNAME: '' }, 'AUTH_USERNAME'],
    [{ AUTH_PASSWORD: '' }, 'AUTH_PASSWORD'],
    [{ TLS_ENABLED: 'true' }, 'TLS_CERT_FILE'],
  ])('%j: exit 78', async (env, name) => {
    const { exit, stderr } = await ServerProcess.run(env);
    expect(exit.code).toBe(EX_CONFIG);
    expect(stderr).toContain(name);
  });

  it('never shows a password', async () => {
    const { exit, stderr } = await ServerProcess.run({ AUTH_PASSWORD: 'hush'.repeat(40) });
    expect(exit.code).toBe(EX_CONFIG);
    expect(stderr).not.toContain('hush');
  });
});

describe('an environment that is odd but not wrong', () => {
  it('is told: settings without effect and names that are likely typing errors', async () => {
    const server = await ServerProcess.start({ GOMEMLIMIT: '1400MB', HEARTBEAT_TIMEOUT: '20s' });
    const exit = await server.stop();
    expect(exit.code).toBe(0);
    expect(server.stderr).toContain('GOMEMLIMIT has no effect');
    expect(server.stderr).toContain('HEARTBEAT_TIMEOUT is not a setting');
  });
});

describe('a port that is taken', () => {
  it.each(['LISTEN_ADDR', 'METRICS_ADDR'])('%s: one clear error and exit 1', async (name) => {
    const squatter = createServer().listen(0, '127.0.0.1');
    await once(squatter, 'listening');
    try {
      const address = squatter.address();
      const port = typeof address === 'object' && address ? address.port : 0;
      const { exit, stderr } = await ServerProcess.run({ [name]: `127.0.0.1:${port}` });
      expect(exit).toEqual({ code: 1, signal: null });
      expect(stderr).toContain('EADDRINUSE');
    } finally {
      squatter.close();
    }
  });
});

describe('-health-check', () => {
  it('says ready and exits 0 when the server is, else says why not and exits 1, in one line', async () => {
    const server = await ServerProcess.start();
    const env = { METRICS_ADDR: `127.0.0.1:${server.metricsPort}` };
    const good = await ServerProcess.run(env, ['-health-check']);
    await server.stop();
    const bad = await ServerProcess.run(env, ['-health-check']);
    expect([good.exit.code, good.stdout]).toEqual([0, 'ready\n']);
    expect(bad.exit.code).toBe(1);
    expect(bad.stdout).toMatch(/^not ready: [^\n]+\n$/);
  });

  it.each(['127.0.0.1', 'localhost', '', '0.0.0.0', '[::1]', '[::]'])(
    'finds a server whose METRICS_ADDR is %s:PORT',
    async (host) => {
      const server = await ServerProcess.start({ METRICS_ADDR: `${host}:0` });
      try {
        const env = { METRICS_ADDR: `${host}:${server.metricsPort}` };
        const { exit, stdout } = await ServerProcess.run(env, ['-health-check']);
        expect([exit.code, stdout]).toEqual([0, 'ready\n']);
      } finally {
        await server.stop();
      }
    },
  );
});

describe('SIGTERM', () => {
  it('flushes and closes every connection, and exits 0', async () => {
    const server = await ServerProcess.start({ WORKERS: '2' });
    const subscribers = await Promise.all(Array.from({ length: 20 }, () => openSubscribed(server)));
    const idle = await openAuthenticated(server);
    const silent = await open(server);
    await Promise.all(subscribers.map((subscriber) => subscriber.nextOf(TYPE.DATA_BATCH)));
    server.signal('SIGTERM');
    for (const connection of [...subscribers, idle]) {
      const last = (await connection.untilClosed()).at(-1);
      expect(last && [last.type, errorOf(last).code]).toEqual([TYPE.ERROR, 13]);
      // No frame is cut off, and the end is orderly.
      expect(connection.rest.length).toBe(0);
      expect(connection.error).toBeUndefined();
    }
    await silent.untilClosed();
    expect(await server.exited).toEqual({ code: 0, signal: null });
    expect(server.logs.filter(({ level }) => level === 'error')).toEqual([]);
  });

  it('as SIGINT does, ends a server without connections at once, whatever the drain window', async () => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) {
      const server = await ServerProcess.start({ DRAIN_SECONDS: '3600' });
      server.signal(signal);
      expect(await server.exited).toEqual({ code: 0, signal: null });
    }
  });

  it('turns unready, tells clients that understand GOAWAY, and spreads the closes over the window', async () => {
    const server = await ServerProcess.start({ DRAIN_SECONDS: '4' });
    const mover = await openAuthenticated(server, { features: ['goaway'] });
    await mover.subscribe({ mode: 1 });
    const others = await Promise.all(Array.from({ length: 10 }, () => openSubscribed(server)));
    server.signal('SIGTERM');

    const goAway = readFields((await mover.nextOf(TYPE.GOAWAY)).payload);
    expect(textOf(goAway, 1)).toBe('drain');
    expect(intOf(goAway, 2)).toBeGreaterThan(0);
    expectCurrent(intOf(goAway, 3));
    expect(await server.get('/readyz')).toMatchObject({ status: 503 });
    expect(await server.get('/healthz')).toMatchObject({ status: 200 });
    // Ticks go on until a connection's turn comes, and turns come one after another.
    await mover.nextOf(TYPE.DATA_BATCH);
    await Promise.all(others.map((other) => other.nextOf(TYPE.DATA_BATCH)));
    await eventually('the first close', () => others.some(({ isClosed }) => isClosed));
    expect(others.some(({ isClosed }) => !isClosed)).toBe(true);

    await expect(open(server)).rejects.toThrow('ECONNREFUSED');
    const last = (await mover.untilClosed()).at(-1)!;
    expect([last.type, errorOf(last).code]).toEqual([TYPE.ERROR, 13]);
    await Promise.all(others.map((other) => other.untilClosed()));
    for (const { frames } of others) expect(frames.map(({ type }) => type)).not.toContain(TYPE.GOAWAY);
    expect((await server.exited).code).toBe(0);
  });

  it('delivered several times at once is one request: the drain goes on', async () => {
    const server = await ServerProcess.start({ DRAIN_SECONDS: '3' });
    const subscribers = await Promise.all(Array.from({ length: 4 }, () => openSubscribed(server)));
    server.signal('SIGTERM');
    server.signal('SIGINT');
    await eventually('the drain to begin', () => server.log('draining') !== undefined);
    server.signal('SIGTERM');
    for (const subscriber of subscribers) {
      const last = (await subscriber.untilClosed()).at(-1);
      expect(last && [last.type, errorOf(last).code]).toEqual([TYPE.ERROR, 13]);
    }
    expect(await server.exited).toEqual({ code: 0, signal: null });
  });

  it('once more after that ends the server at once', async () => {
    const server = await ServerProcess.start({ DRAIN_SECONDS: '3600' });
    // One that was asked may stay until the end of the window: this one holds the drain open.
    await openAuthenticated(server, { features: ['goaway'] });
    let isGone = false;
    void server.exited.then(() => (isGone = true));
    await eventually('the impatient signal to work', () => {
      server.signal('SIGTERM');
      return isGone;
    });
    expect(await server.exited).toEqual({ code: 143, signal: null });
  });

  it('is not held up by a client that does not read', async () => {
    const server = await ServerProcess.start({
      FEED_TICK_INTERVAL_MS: '1',
      TCP_WRITE_BUFFER_SIZE: '4096',
      WRITE_DEADLINE_MS: '600000',
      MAX_WRITE_QUEUE_SIZE: '1000000',
    });
    const stuck = await openSubscribed(server);
    stuck.socket.pause();
    server.signal('SIGTERM');
    expect((await server.exited).code).toBe(0);
  });
});

describe('SIGTERM to a server that is still loading', () => {
  it('ends it with 0: as the first process of a container it would not even notice the signal', async () => {
    // In place of the program: something that takes for ever to load.
    const never =
      'data:text/javascript,process.stdout.write("loading"); await new Promise((end) => setTimeout(end, 1e8))';
    const hook = `(specifier, context, next) => specifier === './main.ts'
      ? { url: ${JSON.stringify(never)}, format: 'module', shortCircuit: true } : next(specifier, context)`;
    const preload = `import { registerHooks } from 'node:module'; registerHooks({ resolve: ${hook} });`;
    const server = spawn(
      process.execPath,
      ['--conditions=source', '--import', `data:text/javascript,${encodeURIComponent(preload)}`, serverEntry],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    try {
      let output = '';
      server.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
      await eventually('the program to load', () => output === 'loading');
      server.kill('SIGTERM');
      await eventually('the server to end', () => server.exitCode !== null || server.signalCode !== null);
      expect([server.exitCode, server.signalCode]).toEqual([0, null]);
    } finally {
      server.kill('SIGKILL');
    }
  });
});

describe('SIGKILL of the supervisor', () => {
  it('leaves no worker behind', async () => {
    const server = await ServerProcess.start({ WORKERS: '2' });
    const connection = await openAuthenticated(server, { username: USERNAME, password: PASSWORD });
    server.signal('SIGKILL');
    await server.exited;
    await connection.untilClosed();
    // The connection was one worker's: the other one may need another moment.
    await eventually('nobody to listen', () =>
      open(server).then(
        () => false,
        (error: NodeJS.ErrnoException) => error.code === 'ECONNREFUSED',
      ),
    );
  });

  it('ends a worker that was still loading, too', async () => {
    // Loads slowly: the channel has ended before the program's first line runs.
    const slowly = "await new Promise((resolve) => process.once('disconnect', resolve))";
    const worker = fork(serverEntry, {
      env: { AUTH_USERNAME: USERNAME, AUTH_PASSWORD: PASSWORD, TICK_STORM_WORKER: '0' },
      execArgv: ['--conditions=source', '--import', `data:text/javascript,${slowly}`],
      stdio: ['ignore', 'ignore', 'ignore', 'ipc', 'pipe'],
    });
    // The channel ends with the supervisor's process.
    worker.disconnect();
    try {
      await eventually('the worker to end', () => worker.exitCode !== null);
      expect(worker.exitCode).toBe(0);
    } finally {
      worker.kill('SIGKILL');
    }
  });
});
