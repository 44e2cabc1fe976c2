import type { ServerResponse } from 'node:http';
import { ObjectCache } from '../object-cache.ts';
import { Reflector, type ObjectChange, type ReflectorOptions, type ReflectorTiming } from '../reflector.ts';
import { KeepingLogger } from './keeping-logger.ts';
import { ScriptedApiServer, type SeenRequest } from './scripted-api-server.ts';
import { WIDGETS } from './widgets.ts';

type Answer = (response: ServerResponse, request: SeenRequest) => void;

/** Answers the n-th list with the n-th list answer, and the n-th watch with the n-th watch answer; the last ones again. */
interface Script {
  readonly lists: readonly Answer[];
  readonly watches: readonly Answer[];
}

type Extra = Partial<Pick<ReflectorOptions, 'cache' | 'transform' | 'showsMore'>>;

/** Opens a watch in which nothing comes. */
export const hang = (response: ServerResponse): void => {
  response.writeHead(200).flushHeaders();
};

/** Reflectors over scripted API servers, which end with a test. */
export class ReflectorBed {
  readonly #clean: (() => Promise<void>)[] = [];

  async clear(): Promise<void> {
    for (const step of this.#clean.splice(0).toReversed()) await step();
  }

  /** Has the test end with this step, before those that are known. */
  onClear(step: () => Promise<void>): void {
    this.#clean.push(step);
  }

  /** Runs it until the test has ended, and then its server too. */
  run(reflector: Reflector, server: ScriptedApiServer): void {
    const stop = new AbortController();
    const running = reflector.run(stop.signal);
    this.onClear(() => server.stop());
    this.onClear(async () => {
      stop.abort();
      await running;
    });
  }

  /** A reflector that runs, what it has told, and a wait for what it is to tell, such as `added a@1`. */
  async start(script: Script, timing: Partial<ReflectorTiming> = {}, extra: Extra = {}) {
    const counts = { list: 0, watch: 0 };
    const server = new ScriptedApiServer((request, response) => {
      const isWatch = request.query.get('watch') === 'true';
      const steps = isWatch ? script.watches : script.lists;
      const index = isWatch ? counts.watch++ : counts.list++;
      const step = steps[Math.min(index, steps.length - 1)]!;
      step(response, request);
    });
    const client = await server.start();
    const { cache = new ObjectCache() } = extra;
    const changes: string[] = [];
    const waiters: { readonly wanted: string; readonly resolve: () => void }[] = [];
    const onChange = ({ type, object }: ObjectChange): void => {
      const text = `${type} ${object.metadata.name}@${object.metadata.resourceVersion}`;
      changes.push(text);
      for (const { wanted, resolve } of waiters) if (wanted === text) resolve();
    };
    const logger = new KeepingLogger();
    const fast = { firstBackoffMs: 1, longestBackoffMs: 5, ...timing };
    const reflector = new Reflector({ client, type: WIDGETS, onChange, logger, timing: fast, ...extra, cache });
    this.run(reflector, server);
    const seen = async (wanted: string): Promise<void> => {
      if (changes.includes(wanted)) return;
      await new Promise<void>((resolve) => waiters.push({ wanted, resolve }));
    };
    return { reflector, cache, changes, logger, server, seen };
  }
}
