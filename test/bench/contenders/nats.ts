import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Child } from '../child.ts';
import type { NativePrograms } from '../native-programs.ts';
import { contenderCpus, placed, type Placement } from '../placement.ts';
import type { Certificate, Contender, Load, Running } from './contender.ts';
import { freePort } from './free-port.ts';

const START_GUARD_MS = 10_000;

/** nats-server, core NATS: one publisher, every connection a subscriber of its subject. */
export function nats(server: string, programs: NativePrograms, placement: Placement, tlsFiles: Certificate): Contender {
  return {
    name: 'nats',
    protocol: 'nats',
    async start(load: Load): Promise<Running> {
      const { frameBytes, intervalUs, tls } = load;
      const cpus = contenderCpus(placement, load);
      const port = await freePort();
      const folder = await mkdtemp(join(tmpdir(), 'nats-bench-'));
      const config = join(folder, 'nats.conf');
      await writeFile(config, tls ? tlsConfig(tlsFiles) : '');
      const command = [server, '--config', config, '--addr', '127.0.0.1', '--port', String(port)];
      const child = new Child(placed(cpus, command), { onLine: () => undefined });
      await listens(port, child);
      let publisher: Child | undefined;
      return {
        port,
        pids: async () => [child.pid],
        begin() {
          const publish = [
            programs['nats-publisher'],
            `port=${port}`,
            `bytes=${frameBytes}`,
            `interval_us=${intervalUs}`,
            `tls=${tls ? 1 : 0}`,
          ];
          publisher ??= new Child(placed(cpus, publish), { onLine: () => undefined });
        },
        async stop() {
          await publisher?.stop();
          await child.stop();
          await rm(folder, { recursive: true });
        },
      };
    },
  };
}

/** TLS from the first byte, as our server has it, and not after a greeting. */
function tlsConfig({ certificate, key }: Certificate): string {
  return `tls { cert_file: ${JSON.stringify(certificate)}, key_file: ${JSON.stringify(key)}, handshake_first: true }\n`;
}

/** Resolves when somebody accepts connections on a port. */
async function listens(port: number, child: Child): Promise<void> {
  const until = Date.now() + START_GUARD_MS;
  while (!(await accepts(port))) {
    if (child.hasExited || Date.now() > until) throw new Error(`nats-server does not listen:\n${child.tail}`);
  }
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' });
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    // Nobody listens yet: the next attempt comes after a turn that leaves the CPU to others.
    socket.once('error', () => setTimeout(resolve, 20, false));
  });
}
