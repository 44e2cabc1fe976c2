import { afterEach, expect, it, jest } from '@jest/globals';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { waitFor } from '../cluster/wait.ts';
import { repositoryRoot } from '../images/repository-root.ts';
import { ChaosBed } from './chaos-bed.ts';
import { operatorObjects, settled, type LiveObject } from './end-state.ts';
import { FrozenRelease } from './frozen-release.ts';
import { podless } from './tick-storms.ts';

jest.setTimeout(180_000);

const bed = new ChaosBed();
afterEach(() => bed.clear());

const image = (version: string): Record<string, string> => ({
  SERVER_IMAGE: `registry.example/tick-storm-server:${version}`,
});
const imageOf = ({ spec }: LiveObject): string =>
  (spec as { template: { spec: { containers: { image: string }[] } } }).template.spec.containers[0]!.image;
const conditionOf = ({ status }: LiveObject, type: string): object | undefined =>
  status?.conditions?.find((condition) => condition.type === type);

it('another operator replaces no pods: the template stays until spec changes it or somebody restarts', async () => {
  const namespace = await bed.namespace('upgrade-image');
  const inNamespace = `--namespace=${namespace}`;
  const release = { namespace, watchNamespaces: [namespace] };
  const proxy = await bed.proxy();
  const deployment = (): Promise<LiveObject> => bed.kubectl.get<LiveObject>('deployment', 'ticks', inNamespace);
  const tickStorm = (): Promise<LiveObject> => bed.kubectl.get<LiveObject>('tickstorm', 'ticks', inNamespace);
  await bed.kubectl.apply(podless(namespace, 'ticks'), ['--server-side']);
  const old = await bed.operator('upgrade-old', proxy, { ...release, environment: image('1') });
  await settled(bed.kubectl, namespace);
  await old.end('SIGTERM');
  const before = await deployment();
  expect(imageOf(before)).toBe(image('1')['SERVER_IMAGE']);

  // While no operator runs an autoscaler may write the number, and somebody what pods do not depend on.
  const service = JSON.stringify({ spec: { service: { type: 'NodePort' } } });
  await bed.kubectl.run(['patch', 'tickstorm', 'ticks', inNamespace, '--type=merge', '--patch', service]);
  await bed.kubectl.run(['scale', 'tickstorm/ticks', '--replicas=2', inNamespace]);
  const next = await bed.operator('upgrade-next', proxy, { ...release, environment: image('2') });
  await next.idle();
  const after = await deployment();
  // Not the generation: a Deployment's grows with its annotations too, which keep books.
  expect(after.spec).toEqual({ ...before.spec, replicas: 2 });
  expect(conditionOf(await tickStorm(), 'PodsHeldBack')).toMatchObject({ status: 'True', reason: 'OperatorChanged' });

  // What pods do not depend on changes none either.
  await bed.kubectl.run(['scale', 'tickstorm/ticks', '--replicas=3', inNamespace]);
  const scaled = await waitFor(
    async () => {
      const live = await deployment();
      return (live.spec as { replicas: number }).replicas === 3 && live;
    },
    { what: 'three replicas', timeoutMs: 30_000 },
  );
  expect(imageOf(scaled)).toBe(imageOf(before));

  await bed.kubectl.run(['annotate', 'tickstorm', 'ticks', inNamespace, 'tickstorm.io/restarted-at=now']);
  await waitFor(async () => imageOf(await deployment()) === image('2')['SERVER_IMAGE'], {
    what: 'the image of the new operator',
    timeoutMs: 30_000,
  });
  await waitFor(async () => conditionOf(await tickStorm(), 'PodsHeldBack') === undefined, {
    what: 'nothing to be held back',
    timeoutMs: 30_000,
  });

  await next.end('SIGTERM');
  const again = 'tickstorm.io/restarted-at=later';
  await bed.kubectl.run(['annotate', '--overwrite', 'tickstorm', 'ticks', inNamespace, again]);
  await bed.operator('upgrade-last', proxy, { ...release, environment: image('3') });
  await waitFor(async () => imageOf(await deployment()) === image('3')['SERVER_IMAGE'], {
    what: 'the restart that was asked for while no operator ran',
    timeoutMs: 30_000,
  });
});

it('goes back to the last pods that came up by the command that Ready names, until spec makes other ones', async () => {
  const namespace = await bed.namespace('roll-back');
  const inNamespace = `--namespace=${namespace}`;
  const imageNow = async (): Promise<string> =>
    imageOf(await bed.kubectl.get<LiveObject>('deployment', 'ticks', inNamespace));
  const messageOf = async (type: string): Promise<string> => {
    const tickStorm = await bed.kubectl.get<LiveObject>('tickstorm', 'ticks', inNamespace);
    return (conditionOf(tickStorm, type) as { readonly message: string } | undefined)?.message ?? '';
  };
  const apply = (spec: object): Promise<string> =>
    bed.kubectl.apply(podless(namespace, 'ticks', spec), ['--server-side']);
  await apply({ image: 'registry.example/good:1' });
  await bed.operator('roll-back', await bed.proxy(), { namespace, watchNamespaces: [namespace] });
  await settled(bed.kubectl, namespace);

  // Without a node its pod does not come up; that the former had none is good enough.
  await apply({ image: 'registry.example/bad:2', replicas: 1 });
  const command = await waitFor(
    async () => /Back to the last pods that came up: kubectl (.+)$/.exec(await messageOf('Ready'))?.[1],
    { what: 'the command that goes back', timeoutMs: 60_000 },
  );
  expect(await imageNow()).toBe('registry.example/bad:2');
  await bed.kubectl.run(command.split(' '));
  await waitFor(async () => (await imageNow()) === 'registry.example/good:1', {
    what: 'the image of before',
    timeoutMs: 30_000,
  });
  await waitFor(async () => (await messageOf('PodsHeldBack')).includes('are the last that came up'), {
    what: 'the condition that says so',
    timeoutMs: 30_000,
  });

  await apply({ image: 'registry.example/better:3' });
  await waitFor(async () => (await imageNow()) === 'registry.example/better:3', {
    what: 'the image that spec names next',
    timeoutMs: 30_000,
  });
  expect(
    await waitFor(async () => (await messageOf('PodsHeldBack')) === '', {
      what: 'nothing held back',
      timeoutMs: 30_000,
    }),
  ).toBe(true);
});

it('takes over what 0.1.0 has made: pods, Services and credentials stay as they are', async () => {
  const frozen = new FrozenRelease('0.1.0');
  const namespace = await bed.namespace('upgrade-frozen');
  const inNamespace = `--namespace=${namespace}`;
  const release = { namespace, watchNamespaces: [namespace] };
  const spec = {
    autoscaling: { mode: 'Enabled', minReplicas: 1, maxReplicas: 3 },
    networkPolicy: { mode: 'Enabled' },
    server: { ipAllowlist: ['10.0.0.0/8'], drainSeconds: 30 },
    sysctls: [{ name: 'net.ipv4.tcp_keepalive_time', value: '120' }],
  };
  const newest = join(repositoryRoot, 'crds/tickstorm.io_tickstorms.yaml');
  if (!frozen.exists) {
    const proxy = await bed.proxy({ onRequest: frozen.onRequest });
    await bed.kubectl.apply(podless(namespace, 'ticks', spec), ['--server-side']);
    const operator = await bed.operator('upgrade-freeze', proxy, { ...release, environment: image('0.1.0') });
    await operator.idle();
    await frozen.freeze(await readFile(newest, 'utf8'));
    throw new Error('0.1.0 was frozen just now: look at the files, and run this again');
  }
  await bed.kubectl.run(['apply', '--server-side', '--force-conflicts', '-f', frozen.crd]);
  await bed.kubectl.apply(podless(namespace, 'ticks', spec), ['--server-side']);
  const { metadata } = await bed.kubectl.get<LiveObject>('tickstorm', 'ticks', inNamespace);
  await frozen.restore(bed.kubectl, metadata.uid);
  const found = await operatorObjects(bed.kubectl, namespace);

  // The upgrade: the CRD first, then the operator.
  await bed.kubectl.run(['apply', '--server-side', '--force-conflicts', '-f', newest]);
  const operator = await bed.operator('upgrade-current', await bed.proxy(), {
    ...release,
    environment: image('9.9.9'),
  });
  await operator.idle();

  const now = new Map((await operatorObjects(bed.kubectl, namespace)).map((live) => [live.metadata.uid, live]));
  const changes = found.flatMap((before) => {
    const after = now.get(before.metadata.uid);
    const content = (live: LiveObject | undefined): string => JSON.stringify([live?.spec, live?.data]);
    return content(before) === content(after) ? [] : [`${before.kind} ${before.metadata.name}`];
  });
  process.stderr.write(`changed by the upgrade from 0.1.0: ${changes.join(', ') || 'nothing'}\n`);
  expect(found.length).toBeGreaterThanOrEqual(13);
  // Neither what clients connect to and sign in with, nor, of the Deployment, what its pods are made of.
  expect(changes.filter((change) => /^(Service|Secret|ServiceAccount|TickStorm) /.test(change))).toEqual([]);
  const deployment = found.find(({ kind }) => kind === 'Deployment')!;
  expect(now.get(deployment.metadata.uid)?.spec?.['template']).toEqual(deployment.spec?.['template']);
  expect(deployment.spec).toHaveProperty('template');
});
