import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { ApiError, isStaleWrite } from '@tick-storm/operator/runtime';
import { ChaosBed } from './chaos-bed.ts';
import type { FaultProxy } from './fault-proxy.ts';
import { podless } from './tick-storms.ts';

jest.setTimeout(60_000);

const namespace = 'stale-writes';
const ANOTHER = '00000000-0000-4000-8000-000000000000';
const bed = new ChaosBed();
let proxy: FaultProxy;

beforeAll(async () => {
  await bed.namespace(namespace);
  proxy = await bed.proxy({ asAdministrator: true });
});
afterAll(() => bed.clear());

const securityContext = {
  allowPrivilegeEscalation: false,
  capabilities: { drop: ['ALL'] },
  runAsNonRoot: true,
  seccompProfile: { type: 'RuntimeDefault' },
};
const pod = { containers: [{ name: 'c', image: 'none.invalid/none', securityContext }] };
const labels = { app: 'a' };

/** Of each way in which the API server keeps objects one: how a kind of objects is called in paths, and one of them. */
const KINDS: readonly (readonly [string, object])[] = [
  ['api/v1/configmaps', { apiVersion: 'v1', kind: 'ConfigMap', data: {} }],
  ['api/v1/pods', { apiVersion: 'v1', kind: 'Pod', spec: pod }],
  [
    'apis/apps/v1/deployments',
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      spec: { replicas: 0, selector: { matchLabels: labels }, template: { metadata: { labels }, spec: pod } },
    },
  ],
  ['apis/tickstorm.io/v1alpha1/tickstorms', podless(namespace, 'a')],
];

/** Sends a patch. @returns what the API server refuses it with */
async function refusal(
  resource: string,
  type: 'apply' | 'merge',
  name: string,
  body: object,
): Promise<ApiError | undefined> {
  const [, group, plural] = /^(.*)\/([^/]+)$/.exec(resource)!;
  const query = type === 'apply' ? 'fieldManager=test&force=true' : 'fieldManager=test';
  const path = `/${group}/namespaces/${namespace}/${plural}/${name}`;
  const answer = await fetch(`http://127.0.0.1:${proxy.port}${path}?${query}`, {
    method: 'PATCH',
    headers: { 'content-type': type === 'apply' ? 'application/apply-patch+yaml' : 'application/merge-patch+json' },
    body: JSON.stringify(body),
  });
  const text = await answer.text();
  return answer.ok ? undefined : new ApiError(`${type} ${path}`, answer.status, text);
}

/** What the operator's runtime takes for "it is another object now", and what not. */
describe.each(KINDS)('a patch of %s', (resource, object) => {
  const named = (name: string, metadata: object = {}): object => ({ ...object, metadata: { name, ...metadata } });
  const apply = (name: string, metadata: object = {}): Promise<ApiError | undefined> =>
    refusal(resource, 'apply', name, named(name, metadata));

  it('is refused as stale where it names the uid of another object', async () => {
    expect(await apply('a')).toBeUndefined();
    const refusals = [
      await apply('a', { uid: ANOTHER }),
      await refusal(resource, 'merge', 'a', { metadata: { uid: ANOTHER, annotations: { a: 'b' } } }),
    ];
    expect(refusals).toMatchObject([422, 422].map((status) => ({ status, reason: 'Invalid' })));
    expect(refusals.map((error) => isStaleWrite(error))).toEqual([true, true]);
    expect(refusals.map((error) => error!.fields)).toEqual([
      expect.arrayContaining(['metadata.uid']),
      expect.arrayContaining(['metadata.uid']),
    ]);
  });

  it('is refused as stale where it names a uid and there is no object, or another version', async () => {
    expect(await apply('a')).toBeUndefined();
    const refusals = [await apply('none', { uid: ANOTHER }), await apply('a', { uid: ANOTHER, resourceVersion: '1' })];
    expect(refusals).toMatchObject([409, 409].map((status) => ({ status, reason: 'Conflict' })));
    expect(refusals.map((error) => isStaleWrite(error))).toEqual([true, true]);
    expect(await refusal(resource, 'merge', 'none', { metadata: { uid: ANOTHER } })).toMatchObject({ status: 404 });
  });

  it('is not where it is refused for what it says', async () => {
    const wrong = await apply('a', { annotations: { 'not a name': '' } });
    expect(wrong).toMatchObject({ status: 422, reason: 'Invalid' });
    expect(new Set(wrong?.fields)).toEqual(new Set(['metadata.annotations']));
    expect(isStaleWrite(wrong)).toBe(false);
  });
});
