import { randomBytes } from 'node:crypto';
import { timedReport } from '../cluster/report.ts';
import { waitFor } from '../cluster/wait.ts';
import { createNamespace } from '../e2e/live-tick-storm.ts';
import { OPERATOR_NAMESPACE, testCluster } from '../e2e/test-cluster.ts';
import { REPLICAS, untilCalm, type Bed } from './bed.ts';
import type { Change } from './change.ts';
import { IDLE_UTILIZATION, LOADED_UTILIZATION } from './changes/autoscaling.ts';
import { nodeDrain } from './changes/node-drain.ts';
import { nodeLoss } from './changes/node-loss.ts';
import { podKill } from './changes/pod-kill.ts';
import { crowd, type Place } from './crowd.ts';
import { ForkedFleet } from './forked-fleet.ts';
import { runChanges } from './ledger.ts';
import type { Options } from './options.ts';
import { applyPlainDeployment, autoscaler, MOST_REPLICAS, type PlainDeployment } from './plain-deployment.ts';
import { addTag } from './second-tag.ts';
import { table } from './table.ts';

const NAME = 'plain';
const NAMESPACE = 'lossless-plain';
const ADDRESS_WITHIN_MS = 60_000;

/** The same changes to a plain Deployment, with clients that know no GOAWAY and no resume. */
export async function runPlain({ clients, processes }: Options, kills: number, signal: AbortSignal): Promise<number> {
  const { cluster, kubectl, serverImage } = testCluster();
  const otherImage = `${serverImage}-again`;
  await addTag(cluster, serverImage, otherImage);
  const bed: Bed = {
    cluster,
    kubectl,
    namespace: NAMESPACE,
    operatorNamespace: OPERATOR_NAMESPACE,
    services: [NAME],
    awaitReady: () => Promise.resolve(),
    report: timedReport('plain'),
    signal,
  };
  const password = randomBytes(16).toString('hex');
  const plain = { name: NAME, namespace: NAMESPACE, image: serverImage, username: 'ledger', password };
  await createNamespace(kubectl, NAMESPACE);
  await applyPlainDeployment(kubectl, plain);
  await untilCalm(bed, NAME);
  const place = { address: await addressOf(bed), username: plain.username, password };
  const fleet = new ForkedFleet(processes);
  try {
    bed.report(`connecting ${clients} clients of the original protocol from ${processes} processes`);
    await fleet.open(originals(clients, place));
    const changes = [...changesOf(plain, otherImage), nodeDrain, podKill(kills), nodeLoss()];
    const rows = await runChanges(bed, fleet, changes);
    console.log(`\n${table(rows)}\n`);
    const missing = rows.reduce((sum, { original }) => sum + original.missing, 0);
    console.log(`plain Deployment: missing ${missing}, clients ${clients}, changes ${changes.length}`);
    return 0;
  } finally {
    await fleet.close();
  }
}

function originals(count: number, place: Place): ReturnType<typeof crowd> {
  return crowd(count, place, place).map((client) => ({ ...client, kind: 'original' }));
}

function changesOf(plain: PlainDeployment, otherImage: string): Change[] {
  const deployment = `deployment/${plain.name}`;
  const inNamespace = `--namespace=${plain.namespace}`;
  const scale = (replicas: number, utilization: number) => async (bed: Bed) => {
    await bed.kubectl.apply(autoscaler(plain, utilization));
    await untilCalm(bed, plain.name, replicas);
  };
  return [
    {
      name: `autoscaler by CPU load, ${REPLICAS} to ${MOST_REPLICAS}`,
      run: scale(MOST_REPLICAS, LOADED_UTILIZATION),
    },
    { name: `autoscaler by CPU load, ${MOST_REPLICAS} to ${REPLICAS}`, run: scale(REPLICAS, IDLE_UTILIZATION) },
    {
      name: 'rolling update by image',
      run: async (bed) => {
        await bed.kubectl.run(['set', 'image', deployment, `server=${otherImage}`, inNamespace]);
        await untilCalm(bed, plain.name, REPLICAS, ({ spec }) => spec.containers[0]?.image === otherImage);
      },
    },
    {
      name: 'configuration change (rolls the pods)',
      run: async (bed) => {
        await bed.kubectl.run(['set', 'env', deployment, 'MAX_CONNECTIONS=900000', inNamespace]);
        await bed.kubectl.run(['rollout', 'status', deployment, '--timeout=180s', inNamespace]);
        await untilCalm(bed, plain.name);
      },
    },
  ];
}

async function addressOf({ kubectl, namespace, signal }: Bed): Promise<string> {
  interface Service {
    readonly status?: { readonly loadBalancer?: { readonly ingress?: readonly { readonly ip: string }[] } };
  }
  return waitFor(
    async () => {
      const { status } = await kubectl.get<Service>('service', NAME, `--namespace=${namespace}`);
      const ip = status?.loadBalancer?.ingress?.[0]?.ip;
      return ip === undefined ? undefined : `${ip}:8080`;
    },
    { what: 'an external address', timeoutMs: ADDRESS_WITHIN_MS, signal },
  );
}
