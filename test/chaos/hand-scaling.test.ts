import { afterEach, expect, it, jest } from '@jest/globals';
import { waitFor } from '../cluster/wait.ts';
import { ChaosBed } from './chaos-bed.ts';
import { settled } from './end-state.ts';
import { isWorkWrite, type ProxiedRequest } from './fault.ts';
import { podless } from './tick-storms.ts';

jest.setTimeout(300_000);

const bed = new ChaosBed();
afterEach(() => bed.clear());

const isScale = ({ path }: ProxiedRequest): boolean => path.endsWith('/tickstorms/a/scale');

/**
 * Sets the number of the Deployment of a TickStorm by hand, and does something to the TickStorm before its operator's
 * write of that number arrives. @returns the number of pods that the TickStorm wants when all is at rest
 */
async function scaledByHandWhile(name: string, meanwhile: (namespace: string) => Promise<unknown>): Promise<number> {
  const namespace = await bed.namespace(name);
  const asked = Promise.withResolvers<void>();
  const done = Promise.withResolvers<void>();
  const proxy = await bed.proxy({
    beforeRequest: async (request) => {
      if (!isWorkWrite(request) || !isScale(request)) return;
      asked.resolve();
      await done.promise;
    },
  });
  const operator = await bed.operator(name, proxy, { namespace, watchNamespaces: [namespace] });
  await bed.kubectl.apply(podless(namespace, 'a'), ['--server-side']);
  await settled(bed.kubectl, namespace);
  await bed.kubectl.run(['scale', 'deployment/a', '--replicas=2', `--namespace=${namespace}`]);
  await asked.promise;
  await meanwhile(namespace).finally(() => done.resolve());
  await waitFor(() => proxy.passed.some((passed) => isWorkWrite(passed) && isScale(passed)), {
    what: 'the answer to the write of the number',
    timeoutMs: 60_000,
  });
  await operator.idle();
  const { spec } = await bed.kubectl.get<{ spec: { replicas: number } }>(
    ...['tickstorm', 'a', `--namespace=${namespace}`],
  );
  return spec.replicas;
}

it('a number that was set by hand is not carried over to a TickStorm that was made anew', async () => {
  const replicas = await scaledByHandWhile('hand-anew', async (namespace) => {
    await bed.kubectl.run(['delete', 'tickstorm', 'a', `--namespace=${namespace}`]);
    await bed.kubectl.apply(podless(namespace, 'a'), ['--server-side']);
  });
  expect(replicas).toBe(0);
});

it('a number that was set by hand is carried over to a TickStorm that somebody has changed meanwhile', async () => {
  const replicas = await scaledByHandWhile('hand-changed', async (namespace) => {
    await bed.kubectl.run(['annotate', 'tickstorm', 'a', 'example.com/seen=yes', `--namespace=${namespace}`]);
  });
  expect(replicas).toBe(2);
});
