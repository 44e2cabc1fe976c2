import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { createService } from '../lossless/bed.ts';
import { podKill } from '../lossless/changes/pod-kill.ts';
import { rollingUpdate } from '../lossless/changes/rolling-update.ts';
import { crowd } from '../lossless/crowd.ts';
import { isLossless, ledgerLine, runChanges } from '../lossless/ledger.ts';
import { LocalFleet } from '../lossless/local-fleet.ts';
import { addTag } from '../lossless/second-tag.ts';
import { ledgerBed } from './ledger-bed.ts';
import { PATIENCE_MS } from './live-tick-storm.ts';
import { testCluster } from './test-cluster.ts';

jest.setTimeout(4 * PATIENCE_MS);

const CLIENTS = 36;
const NAME = 'ledger';
const namespace = 'e2e-lossless';
const { cluster, kubectl, serverImage } = testCluster();
const fleet = new LocalFleet();
const bed = ledgerBed(namespace, NAME);

beforeAll(async () => {
  const place = await createService(bed, NAME, { server: { drainSeconds: 4 } });
  await fleet.open(crowd(CLIENTS, place, place));
});
afterAll(async () => {
  await fleet.close();
  await kubectl.run(['delete', 'namespace', namespace, '--ignore-not-found', '--wait=false']);
});

// The long form, with every other change: npm run test:lossless.
describe('clients at 2,000 ticks a second', () => {
  it('that resume lose nothing when a pod is killed and when all are replaced', async () => {
    const otherImage = `${serverImage}-again`;
    await addTag(cluster, serverImage, otherImage);
    const rows = await runChanges(bed, fleet, [podKill(1), rollingUpdate([serverImage, otherImage])]);
    expect(ledgerLine(rows, CLIENTS)).toBe(
      `ledger: missing 0, duplicated 0, out of order 0, clients ${CLIENTS}, changes 2`,
    );
    expect(isLossless(rows)).toBe(true);
    const [, kill, roll] = rows;
    expect(kill!.resuming.subscribedAtMs.length).toBeGreaterThan(0);
    // Everybody had to move, most of them more than once at two pods.
    expect(roll!.resuming.subscribedAtMs.length).toBeGreaterThanOrEqual(roll!.resuming.pausesMs.length);
    expect(roll!.original.closes).toBeGreaterThanOrEqual(roll!.original.pausesMs.length);
    expect(roll!.resuming.ticks).toBeGreaterThan(10_000);
  });
});
