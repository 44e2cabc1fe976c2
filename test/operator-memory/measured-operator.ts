import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Child } from '../bench/child.ts';
import { cpuSeconds, peakResidentBytes, residentBytes } from '../bench/process-usage.ts';
import { proxyKubeconfig } from '../chaos/kubeconfig-access.ts';
import { waitFor } from '../cluster/wait.ts';
import { operatorNodeArguments } from '../images/node-arguments.ts';
import type { FakeCluster } from './fake-cluster.ts';

/** Bytes, and seconds of CPU. */
export interface Readings {
  /** Until it had come to rest. */
  readonly cpuSeconds: number;
  readonly residentBytes: number;
  /** The most that was ever resident. */
  readonly peakBytes: number;
  /** Of live objects: after a collection. */
  readonly heapBytes: number;
}

/** Collects garbage and tells the heap on SIGUSR2. */
const PROBE = `
process.on('SIGUSR2', () => {
  for (let round = 0; round < 4; round += 1) globalThis.gc();
  process.stderr.write('heap ' + process.memoryUsage().heapUsed + '\\n');
});
`;
/** Time without a request after which it counts as at rest. */
const QUIET_MS = 3_000;
/** Two rounds in which it asks the pods how they are. */
const SETTLING_MS = 35_000;
const TIMEOUT_MS = 900_000;

/** Runs the operator as its image does, until it is at rest and for a while longer. */
export async function measureOperator(program: string, cluster: FakeCluster, folder: string): Promise<Readings> {
  const kubeconfig = join(folder, 'kubeconfig');
  await writeFile(kubeconfig, JSON.stringify(proxyKubeconfig(cluster.port)));
  const probe = `data:text/javascript,${encodeURIComponent(PROBE)}`;
  let heapBytes = 0;
  const child = new Child(
    [process.execPath, ...operatorNodeArguments(), ...profiling(), '--expose-gc', '--import', probe, program],
    {
      env: {
        ...{ KUBECONFIG: kubeconfig, POD_NAME: 'operator-1', POD_NAMESPACE: 'tick-storm-system' },
        ...{ LEADER_ELECTION: 'false', METRICS_ADDR: '127.0.0.1:0', LOG_LEVEL: 'warn' },
        // What is measured does not depend on how long it takes.
        ...{ KUBE_API_QPS: '2000', KUBE_API_BURST: '2000', SERVER_IMAGE: 'registry.example/tick-storm-server:1.2.3' },
      },
      onLine: (line) => {
        heapBytes = Number(/^heap (\d+)$/.exec(line)?.[1] ?? heapBytes);
      },
    },
  );
  const until = async (what: string, isMet: () => boolean): Promise<void> => {
    const look = (): boolean => {
      if (child.hasExited) throw new Error(`the operator has ended:\n${child.tail}`);
      return isMet();
    };
    await waitFor(look, { what, timeoutMs: TIMEOUT_MS, intervalMs: 100 });
  };
  const since = cluster.requests;
  const startedMs = performance.now();
  try {
    await until('the operator to come to rest', () => {
      const lastMs = Math.max(cluster.lastRequestMs, startedMs);
      return cluster.requests > since && performance.now() - lastMs > QUIET_MS;
    });
    const cpu = await cpuSeconds([child.pid]);
    const restMs = performance.now();
    await until('two rounds', () => performance.now() - restMs > SETTLING_MS);
    const resident = await residentBytes([child.pid]);
    const peakBytes = await peakResidentBytes(child.pid);
    child.kill('SIGUSR2');
    await until('the heap', () => heapBytes > 0);
    return { cpuSeconds: cpu, residentBytes: resident, peakBytes, heapBytes };
  } finally {
    await child.stop();
  }
}

/** A CPU profile where OPERATOR_PROFILE names a folder for it. */
function profiling(): string[] {
  const folder = process.env['OPERATOR_PROFILE'];
  return folder === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${folder}`];
}
