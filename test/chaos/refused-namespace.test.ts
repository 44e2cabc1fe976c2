import { afterAll, describe, expect, it, jest } from '@jest/globals';
import { ChaosBed } from './chaos-bed.ts';
import { settled } from './end-state.ts';
import { OperatorAccounts, type Release } from './operator-accounts.ts';
import { podless } from './tick-storms.ts';

jest.setTimeout(120_000);

const NAME = 'refused-namespace';
const KEPT = `${NAME}-kept`;
const GONE = `${NAME}-gone`;

describe('an operator of two namespaces', () => {
  const bed = new ChaosBed();
  afterAll(() => bed.clear());

  it('that starts when one of them is gone, and its rights with it, serves the other, and the one again when it is back', async () => {
    const release: Release = { namespace: await bed.namespace(`${NAME}-system`), watchNamespaces: [KEPT, GONE] };
    for (const namespace of release.watchNamespaces) await bed.namespace(namespace);
    const proxy = await bed.proxy();
    const first = await bed.operator(NAME, proxy, release);
    await bed.kubectl.apply(podless(KEPT, 'ticks'), ['--server-side']);
    await settled(bed.kubectl, KEPT);
    await first.end('SIGTERM');
    await bed.kubectl.run(['delete', 'namespace', GONE, '--timeout=60s']);

    const second = await bed.operator(NAME, proxy, release);
    await second.idle();
    expect(await second.metrics()).toContain('tick_storm_operator_refused_namespaces 1');
    await bed.kubectl.apply(podless(KEPT, 'more'), ['--server-side']);
    await settled(bed.kubectl, KEPT);

    await bed.namespace(GONE);
    // Helm makes the Role in it anew.
    await new OperatorAccounts(bed.kubectl).of(release);
    await bed.kubectl.apply(podless(GONE, 'ticks'), ['--server-side']);
    await bed.kubectl.run([
      ...['wait', '--for=condition=Ready', 'tickstorm/ticks', `--namespace=${GONE}`, '--timeout=60s'],
    ]);
    expect(await second.metrics()).toContain('tick_storm_operator_refused_namespaces 0');
  });
});
