import { afterEach, describe, expect, it } from '@jest/globals';
import type { ServerResponse } from 'node:http';
import { hang, ReflectorBed } from './testing/reflector-bed.ts';
import { answer } from './testing/scripted-api-server.ts';
import { line, list, widget } from './testing/widgets.ts';

const bed = new ReflectorBed();
afterEach(() => bed.clear());

describe('The watches of a reflector', () => {
  it('resumes from the last bookmark, without a new list', async () => {
    const { server, seen } = await bed.start({
      lists: [(response) => answer(response, 200, list(10))],
      watches: [
        (response) => response.end(line('BOOKMARK', widget('', 42))),
        (response) => {
          hang(response);
          response.write(line('ADDED', widget('a', 43)));
        },
      ],
    });
    await seen('added a@43');
    expect(server.seen.map(({ query }) => query.get('resourceVersion'))).toEqual([null, '10', '42']);
  });

  it('drops half a line, and gets the event when it resumes', async () => {
    const { seen, changes, server } = await bed.start({
      lists: [(response) => answer(response, 200, list(10))],
      watches: [
        (response) => {
          response.writeHead(200);
          response.write(line('ADDED', widget('a', 11)) + line('ADDED', widget('b', 12)).slice(0, 40));
          setImmediate(() => response.destroy());
        },
        (response) => {
          hang(response);
          response.write(line('ADDED', widget('b', 12)));
        },
      ],
    });
    await seen('added b@12');
    expect(changes).toEqual(['added a@11', 'added b@12']);
    expect(server.seen.at(-1)!.query.get('resourceVersion')).toBe('11');
  });

  it('puts lines together however they are cut', async () => {
    const bytes = Buffer.from(line('ADDED', widget('ü', 11)) + line('MODIFIED', widget('ü', 12)));
    const { seen } = await bed.start({
      lists: [(response) => answer(response, 200, list(10))],
      watches: [
        (response) => {
          hang(response);
          for (const byte of bytes) response.write(Buffer.from([byte]));
        },
      ],
    });
    await seen('added ü@11');
    await seen('updated ü@12');
  });

  it('takes a silent watch for dead, and watches again', async () => {
    const { seen, reflector } = await bed.start(
      {
        lists: [(response) => answer(response, 200, list(10))],
        watches: [
          hang,
          (response) => {
            hang(response);
            response.write(line('ADDED', widget('a', 11)));
          },
        ],
      },
      { deadManMs: 50 },
    );
    await reflector.synced;
    await seen('added a@11');
  });

  it('takes a watch for dead in which something between keeps the connection alive, and nothing else', async () => {
    const beats: NodeJS.Timeout[] = [];
    bed.onClear(async () => beats.forEach((beat) => clearInterval(beat)));
    const { seen } = await bed.start(
      {
        lists: [(response) => answer(response, 200, list(10))],
        watches: [
          (response) => {
            hang(response);
            beats.push(setInterval(() => response.write('\n'), 5));
          },
          (response) => {
            hang(response);
            response.write(line('ADDED', widget('a', 11)));
          },
        ],
      },
      // Longer than the machine may stop both.
      { deadManMs: 500 },
    );
    await seen('added a@11');
  });

  it('waits before the next watch as long as the server asks', async () => {
    const { seen, logger, server } = await bed.start({
      lists: [(response) => answer(response, 200, list(10))],
      watches: [
        (response): void => answer(response, 429, { message: 'busy' }, { 'retry-after': '1' }),
        (response) => {
          hang(response);
          response.write(line('ADDED', widget('a', 11)));
        },
      ],
    });
    const startedMs = performance.now();
    await seen('added a@11');
    expect(performance.now() - startedMs).toBeGreaterThan(900);
    expect([server.seen.length, logger.lines.length]).toEqual([3, 1]);
  });

  it('does not wait longer and longer where every watch breaks off after some events', async () => {
    const breaking = (version: number) => (response: ServerResponse) => {
      response.writeHead(200);
      response.write(line('ADDED', widget(`w${version}`, version)));
      setImmediate(() => response.destroy());
    };
    const versions = [11, 12, 13, 14, 15, 16, 17];
    const { seen, server } = await bed.start({
      lists: [(response) => answer(response, 200, list(10))],
      watches: [...versions.map((version) => breaking(version)), hang],
    });
    await seen('added w17@17');
    // Every fifth failure in a row makes it list anew: there was none.
    expect(server.seen.filter(({ query }) => query.get('watch') !== 'true')).toHaveLength(1);
  });

  it.each([
    ['no JSON', 'ADDED {"metadata"\n'],
    ['no event', '{"kind":"Status"}\n'],
    ['an event of an unknown type', line('MOVED', widget('b', 12))],
    ['null', 'null\n'],
  ])('resumes after the last whole event when a line is %s', async (_, garbage) => {
    const { changes, seen, logger } = await bed.start({
      lists: [(response) => answer(response, 200, list(10))],
      watches: [
        (response) => void response.end(line('ADDED', widget('a', 11)) + garbage),
        (response) => {
          hang(response);
          response.write(line('ADDED', widget('b', 12)));
        },
      ],
    });
    await seen('added b@12');
    expect(changes).toEqual(['added a@11', 'added b@12']);
    expect(logger.lines.filter((text) => text.startsWith('warn:'))).toHaveLength(1);
  });

  it('surfaces an error of the watch that is no 410, and goes on', async () => {
    const { seen, logger, server } = await bed.start({
      lists: [(response) => answer(response, 200, list(10))],
      watches: [
        (response) => void response.end(line('ERROR', { kind: 'Status', code: 500, message: 'etcd is down' })),
        (response) => {
          hang(response);
          response.write(line('ADDED', widget('a', 11)));
        },
      ],
    });
    await seen('added a@11');
    expect(logger.lines.filter((text) => text.startsWith('warn:'))).toHaveLength(1);
    expect(server.seen.at(-1)!.query.get('resourceVersion')).toBe('10');
  });
});
