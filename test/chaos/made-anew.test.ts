import { afterEach, expect, it, jest } from '@jest/globals';
import { ChaosBed } from './chaos-bed.ts';
import { settled } from './end-state.ts';
import type { ProxiedRequest } from './fault.ts';
import { podless } from './tick-storms.ts';

jest.setTimeout(180_000);

const bed = new ChaosBed();
afterEach(() => bed.clear());

const writesStatus = ({ method, path }: ProxiedRequest): boolean =>
  method === 'PATCH' && path.endsWith('/tickstorms/a/status');

it('a status is not told to another TickStorm than the one that it speaks of', async () => {
  const namespace = await bed.namespace('status-anew');
  let isAnew = false;
  const proxy = await bed.proxy({
    beforeRequest: async (request) => {
      if (isAnew || !writesStatus(request)) return;
      isAnew = true;
      await bed.kubectl.run(['delete', 'tickstorm', 'a', `--namespace=${namespace}`]);
      await bed.kubectl.apply(podless(namespace, 'a'), ['--server-side']);
    },
  });
  const operator = await bed.operator('status-anew', proxy, { namespace, watchNamespaces: [namespace] });
  await bed.kubectl.apply(podless(namespace, 'a'), ['--server-side']);
  await settled(bed.kubectl, namespace);
  await operator.idle();
  const [first, ...others] = proxy.passed.filter(writesStatus);
  expect(first).toMatchObject({ status: 409 });
  expect(others).toContainEqual(expect.objectContaining({ status: 200 }));
});
