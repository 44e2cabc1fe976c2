import { connect, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { ConnectionOptions } from 'node:tls';
import { authFrame, heartbeatFrame, subscribeFrame } from '../wire/messages.ts';
import { frame, header, TYPE } from '../wire/raw-frame.ts';
import { fuzzInput } from './fuzz-input.ts';
import type { FuzzRandom } from './fuzz-random.ts';

/** A connection that the server has not closed after this long is reset: it may wait for a deadline. */
const PATIENCE_MS = 4_000;
/** Source addresses 127.0.1.1 to 127.0.200.250: so many that no ephemeral port comes back within TIME_WAIT. */
const NETWORKS = 200;
const HOSTS = 250;

export interface GarbageTarget {
  port: number;
  tls: ConnectionOptions | undefined;
}

const auth = authFrame({ username: 'user1', password: 'pass1' });

const contents: readonly ((random: FuzzRandom) => Buffer)[] = [
  (random) => Buffer.from(Array.from({ length: 1 + random.below(2_000) }, () => random.below(256))),
  () => Buffer.from('GET / HTTP/1.1\r\nHost: tick-storm\r\n\r\n'),
  () => Buffer.from('16030100c8010000c40303', 'hex'),
  fuzzInput,
  (random) => Buffer.concat([auth, fuzzInput(random)]),
  () => authFrame({ username: 'user1', password: 'guess' }),
  () => Buffer.concat([auth, subscribeFrame({ mode: 1 }), frame(99)]),
  () => Buffer.concat([auth, heartbeatFrame(Date.now(), 1), subscribeFrame({ mode: 9 })]),
  (random) => header(TYPE.AUTH, random.pick([20, 65_536, 65_537, 0xffff_ffff])),
  (random) => auth.subarray(0, 1 + random.below(auth.length - 1)),
  () => Buffer.alloc(0),
];

/**
 * Opens connection number `index`, sends something that is no conversation, in one to three pieces, and leaves or
 * waits to be closed.
 * @returns how it ended: `reset by us`, `closed`, or an error's code
 */
export function garbageConnection(target: GarbageTarget, random: FuzzRandom, index: number): Promise<string> {
  const localAddress = `127.0.${1 + (index % NETWORKS)}.${1 + (Math.floor(index / NETWORKS) % HOSTS)}`;
  const tcp = connect({ host: '127.0.0.1', port: target.port, localAddress });
  const socket: Socket = target.tls ? connectTls({ socket: tcp, ...target.tls }) : tcp;
  const bytes = random.pick(contents)(random);
  const leavesAtOnce = random.chance(0.6);
  const cuts = [random.below(bytes.length + 1), random.below(bytes.length + 1)].sort((a, b) => a - b);
  return new Promise((resolve) => {
    let end: string | undefined;
    const leave = (): void => {
      end ??= 'reset by us';
      // A reset leaves no TIME_WAIT behind.
      tcp.resetAndDestroy();
      socket.destroy();
    };
    const patience = setTimeout(leave, PATIENCE_MS);
    socket.on(target.tls ? 'secureConnect' : 'connect', () => {
      socket.setNoDelay(true);
      socket.write(bytes.subarray(0, cuts[0]));
      socket.write(bytes.subarray(cuts[0], cuts[1]));
      socket.write(bytes.subarray(cuts[1]), () => {
        if (leavesAtOnce) leave();
      });
    });
    socket.on('error', (error: NodeJS.ErrnoException) => {
      end ??= error.code ?? error.message;
    });
    socket.on('close', () => {
      clearTimeout(patience);
      resolve(end ?? 'closed');
    });
    socket.resume();
  });
}
