import { Child } from '../child.ts';
import type { NativePrograms } from '../native-programs.ts';
import { contenderCpus, placed, type Placement } from '../placement.ts';
import type { Certificate, Contender, Load, Running } from './contender.ts';
import { freePort } from './free-port.ts';

/** A minimal epoll loop that does nothing but send: what the kernel allows. */
export function floor(programs: NativePrograms, placement: Placement, tlsFiles: Certificate): Contender {
  return {
    name: 'floor',
    protocol: 'floor',
    async start(load: Load): Promise<Running> {
      const { connections, frameBytes, intervalUs, tls } = load;
      const port = await freePort();
      const command = [
        programs.floor,
        `port=${port}`,
        `connections=${connections}`,
        `bytes=${frameBytes}`,
        `interval_us=${intervalUs}`,
        ...(tls ? [`certificate=${tlsFiles.certificate}`, `key=${tlsFiles.key}`] : []),
      ];
      const listening = Promise.withResolvers<void>();
      const child = new Child(placed(contenderCpus(placement, load), command), { onLine: () => listening.resolve() });
      void child.exited.then(() => listening.reject(new Error(`the floor ended:\n${child.tail}`)));
      await listening.promise;
      return { port, pids: async () => [child.pid], begin: () => undefined, stop: () => child.stop() };
    },
  };
}
