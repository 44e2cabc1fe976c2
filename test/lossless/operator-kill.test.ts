import { expect, it } from '@jest/globals';
import type { Kubectl } from '../install/kubectl.ts';
import type { Bed, Pod } from './bed.ts';
import { withOperatorKilled } from './operator-kill.ts';

const operator = (uid: string): Pod => ({
  metadata: { name: `operator-${uid}`, uid },
  spec: { containers: [] },
  // A container that this machine does not have: no process is killed.
  status: { containerStatuses: [{ containerID: `containerd://${'0'.repeat(64)}`, state: { running: {} } }] },
});

/** A cluster with nothing in it but an operator, which is another one after it has been deleted. */
function bedWith(deleted: string[]): Bed {
  const kubectl = {
    get: () => Promise.resolve({ items: [operator(String(deleted.length))] }),
    run: ([verb, , name]: string[]) => {
      if (verb === 'delete') deleted.push(name!);
      return Promise.resolve('');
    },
  } as unknown as Kubectl;
  const signal = new AbortController().signal;
  const names = { namespace: 'n', operatorNamespace: 'o', services: ['s'] };
  return {
    cluster: undefined as never,
    kubectl,
    ...names,
    awaitReady: () => Promise.resolve(),
    report: () => {},
    signal,
  };
}

it('kills the operator once the change is under way, and not before', async () => {
  const deleted: string[] = [];
  const { promise: killed, resolve: release } = Promise.withResolvers<void>();
  let looks = 0;
  const isUnderWay = (): Promise<boolean> => {
    looks += 1;
    expect(deleted).toEqual([]);
    if (looks === 2) setImmediate(release);
    return Promise.resolve(looks === 2);
  };
  await withOperatorKilled({ name: 'change', isUnderWay, run: () => killed }).run(bedWith(deleted));
  expect([looks, deleted]).toEqual([2, ['operator-0']]);
});

it('fails where the change was over before', async () => {
  const change = { name: 'change', isUnderWay: () => Promise.resolve(false), run: () => Promise.resolve() };
  await expect(withOperatorKilled(change).run(bedWith([]))).rejects.toThrow(
    'change was over before the operator was killed',
  );
});

it('takes a node that goes with the operator for its end', async () => {
  const deleted: string[] = [];
  const run = (): Promise<void> => {
    deleted.push('with its node');
    return Promise.resolve();
  };
  await withOperatorKilled({ name: 'c', isUnderWay: () => Promise.resolve(false), run }).run(bedWith(deleted));
  expect(deleted).toEqual(['with its node']);
});

it('fails as the change does', async () => {
  const run = (): Promise<void> => Promise.reject(new Error('no pods'));
  await expect(withOperatorKilled({ name: 'c', run }).run(bedWith([]))).rejects.toThrow('no pods');
});
