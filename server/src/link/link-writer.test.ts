import { Writable } from 'node:stream';
import { setImmediate as turnEnd } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { LinkWriter } from './link-writer.ts';

/** Keeps what each system call would have carried. */
function recorded(): { link: Writable; calls: string[] } {
  const calls: string[] = [];
  const link = new Writable({
    write(chunk: Buffer, _encoding, done) {
      calls.push(chunk.toString());
      done();
    },
    writev(chunks: { chunk: Buffer }[], done) {
      calls.push(chunks.map(({ chunk }) => chunk.toString()).join('|'));
      done();
    },
  });
  return { link, calls };
}

const callbackEnd = (): Promise<void> => new Promise((resolve) => process.nextTick(resolve));
const packet = (text: string): Buffer => Buffer.from(text);

describe('LinkWriter', () => {
  it('sends what one turn of the event loop gives it in one call, in order', async () => {
    const { link, calls } = recorded();
    const writer = new LinkWriter(link);
    writer.write(packet('a'));
    writer.write(packet('b'));
    await turnEnd();
    writer.write(packet('c'));
    await turnEnd();
    expect(calls).toEqual(['a|b', 'c']);
  });

  it('sends an urgent packet when the callback returns, behind what waits', async () => {
    const { link, calls } = recorded();
    const writer = new LinkWriter(link);
    writer.write(packet('a'));
    writer.writeUrgent(packet('b'));
    writer.writeUrgent(packet('c'));
    expect(calls).toEqual([]);
    await callbackEnd();
    expect(calls).toEqual(['a|b|c']);
    await turnEnd();
    expect(calls).toHaveLength(1);
  });

  it('goes on after an urgent packet that left before the turn was over', async () => {
    const { link, calls } = recorded();
    const writer = new LinkWriter(link);
    writer.writeUrgent(packet('a'));
    await callbackEnd();
    writer.write(packet('b'));
    await turnEnd();
    writer.writeUrgent(packet('c'));
    await callbackEnd();
    expect(calls).toEqual(['a', 'b', 'c']);
  });

  it('drops what comes after the end of the link', async () => {
    const { link, calls } = recorded();
    const writer = new LinkWriter(link);
    link.destroy();
    writer.write(packet('a'));
    writer.writeUrgent(packet('b'));
    await turnEnd();
    expect(calls).toEqual([]);
  });
});
