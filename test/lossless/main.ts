// `npm run test:lossless`: the loss ledger. Clients follow the stream while everything about the service changes.
import { readFile } from 'node:fs/promises';
import { timedReport } from '../cluster/report.ts';
import { awaitReady } from '../e2e/live-tick-storm.ts';
import { OPERATOR_NAMESPACE, testCluster, withTestCluster } from '../e2e/test-cluster.ts';
import { TestAuthority } from '../wire/test-authority.ts';
import { createService, type Bed } from './bed.ts';
import { autoscaling } from './changes/autoscaling.ts';
import { certificateRotation, putCertificate } from './changes/certificate-rotation.ts';
import { hotConfiguration } from './changes/hot-configuration.ts';
import { nodeDrain } from './changes/node-drain.ts';
import { nodeLoss } from './changes/node-loss.ts';
import { podKill } from './changes/pod-kill.ts';
import { rollingUpdate } from './changes/rolling-update.ts';
import { scaleDown, scaleUp } from './changes/scale-by-hand.ts';
import { crowd } from './crowd.ts';
import { ForkedFleet } from './forked-fleet.ts';
import { isLossless, ledgerLine, runChanges } from './ledger.ts';
import { withOperatorKilled } from './operator-kill.ts';
import { parseOptions, USAGE, UsageError, type Options } from './options.ts';
import { runPlain } from './plain.ts';
import { addTag } from './second-tag.ts';
import { table, type Row } from './table.ts';

const EX_USAGE = 64;
const NAMESPACE = 'lossless';
const PLAIN = 'ledger';
const SEALED = 'sealed';
const SECRET = 'sealed-certificate';
/** Five minutes of one every 20 seconds. */
const KILLS = 16;
const QUICK_KILLS = 2;
/** So long a leaving pod takes to hand its clients over; rollouts and scale-downs wait for it again and again. */
const DRAIN_SECONDS = 10;
const QUICK_DRAIN_SECONDS = 5;
/** Four times the default: a full stream takes 50 frames a second, not 200, of a machine that is client and server. */
const BATCH_WINDOW_MS = 20;

async function main(): Promise<number> {
  const options = parseOptions(process.argv.slice(2));
  if (!options) {
    console.log(USAGE);
    return 0;
  }
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => stop.abort());
  return withTestCluster(stop.signal, async (environment) => {
    Object.assign(process.env, environment);
    return options.plain ? runPlain(options, killsOf(options), stop.signal) : runService(options, stop.signal);
  });
}

const killsOf = ({ quick }: Options): number => (quick ? QUICK_KILLS : KILLS);

async function runService(options: Options, signal: AbortSignal): Promise<number> {
  const { clients, processes, quick } = options;
  const { cluster, kubectl, serverImage } = testCluster();
  const report = timedReport('lossless');
  const services = [PLAIN, SEALED];
  const bed: Bed = {
    cluster,
    kubectl,
    namespace: NAMESPACE,
    operatorNamespace: OPERATOR_NAMESPACE,
    services,
    awaitReady: (name) => awaitReady(kubectl, NAMESPACE, name),
    report,
    signal,
  };
  const otherImage = `${serverImage}-again`;
  await addTag(cluster, serverImage, otherImage);
  const authority = await TestAuthority.create();
  const fleet = new ForkedFleet(processes);
  try {
    const server = { drainSeconds: quick ? QUICK_DRAIN_SECONDS : DRAIN_SECONDS, batchWindowMs: BATCH_WINDOW_MS };
    const plain = await createService(bed, PLAIN, { server });
    await putCertificate(bed, authority, SECRET, 'ledger-first');
    const sealed = await createService(bed, SEALED, { server, tls: { mode: 'Secret', secretRef: { name: SECRET } } });
    const ca = await readFile(authority.file('ca.crt'), 'utf8');
    report(`connecting ${clients} clients from ${processes} processes`);
    const specs = crowd(clients, plain, { ...sealed, ca });
    await fleet.open(specs);
    const changes = [
      scaleUp,
      // All of six pods are replaced, so that the clients are on all of them when four have to go.
      rollingUpdate([serverImage, otherImage]),
      scaleDown,
      ...autoscaling(specs.filter(({ address }) => address === plain.address).length, quick ? 'steps' : 'whole'),
      hotConfiguration,
      certificateRotation(authority, SEALED, SECRET),
      nodeDrain,
      podKill(killsOf(options)),
      nodeLoss(),
    ];
    const rows: Row[] = [];
    try {
      await runChanges(bed, fleet, changes.map(withOperatorKilled), rows);
    } finally {
      if (rows.length > 0) console.log(`\n${table(rows)}\n`);
    }
    if (clients < 2_000) console.log(`with ${clients} clients instead of 2,000, as asked for`);
    console.log(ledgerLine(rows, clients));
    return isLossless(rows) ? 0 : 1;
  } finally {
    await fleet.close();
    await authority.remove();
  }
}

try {
  process.exitCode = await main();
} catch (error) {
  console.error(`lossless: ${error instanceof Error ? error.message : String(error)}`);
  if (error instanceof UsageError) console.error(`\n${USAGE}`);
  process.exitCode = error instanceof UsageError ? EX_USAGE : 1;
}
