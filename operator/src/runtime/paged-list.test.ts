import { expect, it } from '@jest/globals';
import { setImmediate as turn } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { ApiError } from './api-error.ts';
import type { KubeList, KubeObject } from './kube-object.ts';
import { listAll } from './paged-list.ts';
import { trusted } from './trusted.ts';

const WIDGETS = { apiVersion: 'example.io/v1', kind: 'Widget', plural: 'widgets' };
const widget = (name: string): KubeObject => ({ apiVersion: '', kind: '', metadata: { name } });

it('holds no page of a list that has expired while it lists in one piece', async () => {
  setFlagsFromString('--expose-gc');
  const collect = trusted<() => void>(runInNewContext('gc'));
  const kept: WeakRef<object>[] = [];
  let isHeld: boolean | undefined;
  const list = async (_: unknown, __: unknown, options: { limit?: number; continue?: string }): Promise<KubeList> => {
    if (options.continue !== undefined) throw new ApiError('list widgets', 410, '{}');
    if (options.limit !== undefined) {
      return { metadata: { resourceVersion: '10', continue: 'p2' }, items: [widget('a'), widget('b')] };
    }
    // What a weak reference was made of, or read from, lives until the turn ends.
    await turn();
    collect();
    isHeld = kept[0]!.deref() !== undefined;
    return { metadata: { resourceVersion: '12' }, items: [widget('c')] };
  };
  const keep = ({ metadata }: KubeObject): { readonly name: string } => {
    const item = { name: metadata.name };
    kept.push(new WeakRef(item));
    return item;
  };
  const listing = await listAll(trusted({ list }), WIDGETS, 'n', { limit: 2 }, keep);
  expect(listing).toEqual({ objects: [{ name: 'c' }], version: '12' });
  expect(isHeld).toBe(false);
});
