import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { spawn } from 'node:child_process';
import type { Report } from '../cluster/report.ts';
import { waitFor } from '../cluster/wait.ts';
import { repositoryRoot } from '../images/repository-root.ts';
import { readCredentials } from '../install/credentials.ts';
import type { Credentials } from '../install/credentials.ts';
import type { Kubectl } from '../install/kubectl.ts';
import { restrictedNamespace } from '../install/restricted-namespace.ts';

/** The name in examples/demo.yaml. */
export const TICK_STORM = 'demo';
export const NAMESPACE = 'tick-storm-demo';

const addressTimeoutMs = 30_000;

interface TickStormObject {
  readonly status?: {
    readonly endpoint?: string;
    readonly readyReplicas?: number;
    readonly conditions?: readonly { readonly type: string; readonly status: string; readonly message: string }[];
  };
}

/** A TickStorm that is Ready, and how a client gets in. */
export interface RunningService {
  /** `HOST:PORT` as reached from here. */
  readonly address: string;
  readonly credentials: Credentials;
  readonly pods: number;
  /** Ends what was started to reach it. */
  readonly close: () => void;
}

/** Applies examples/demo.yaml and resolves once the TickStorm is Ready. */
export async function runService(kubectl: Kubectl, report: Report, signal: AbortSignal): Promise<RunningService> {
  await kubectl.apply(restrictedNamespace(NAMESPACE), ['--server-side']);
  report(`applying examples/demo.yaml to namespace ${NAMESPACE}`);
  await kubectl.apply(readFileSync(join(repositoryRoot, 'examples', 'demo.yaml'), 'utf8'), [
    `--namespace=${NAMESPACE}`,
  ]);
  let said = '';
  const read = (): Promise<TickStormObject> =>
    kubectl.get<TickStormObject>('tickstorm', TICK_STORM, `--namespace=${NAMESPACE}`);
  const status = await waitFor(
    async () => {
      const { status: current } = await read();
      const ready = current?.conditions?.find(({ type }) => type === 'Ready');
      if (ready?.status === 'True') return current;
      if (ready !== undefined && ready.message !== said) report((said = ready.message));
      return undefined;
    },
    { what: `TickStorm ${NAMESPACE}/${TICK_STORM} to be Ready`, timeoutMs: 180_000, intervalMs: 250, signal },
  );
  const pods = status.readyReplicas ?? 0;
  report(`TickStorm ${NAMESPACE}/${TICK_STORM} is Ready: ${pods} pods`);
  const credentials = await readCredentials(kubectl, NAMESPACE, TICK_STORM);
  const address = await waitFor(async () => (await read()).status?.endpoint || undefined, {
    what: 'an external address',
    timeoutMs: addressTimeoutMs,
    intervalMs: 250,
    signal,
  }).catch(() => undefined);
  signal.throwIfAborted();
  if (address !== undefined) return { address, credentials, pods, close: () => undefined };
  // A cluster without a load balancer gives none; port-forward then leads to one pod.
  report('the cluster gave the Service no external address: reaching it by kubectl port-forward');
  return { ...(await forward(kubectl, signal)), credentials, pods: Math.min(pods, 1) };
}

async function forward(kubectl: Kubectl, signal: AbortSignal): Promise<Pick<RunningService, 'address' | 'close'>> {
  const args = [...kubectl.clusterArguments, 'port-forward', `service/${TICK_STORM}-service`, ':8080'];
  const child = spawn(kubectl.program, [...args, `--namespace=${NAMESPACE}`], {
    env: kubectl.environment,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text: Buffer) => (output += text.toString()));
  const port = await waitFor(() => /Forwarding from 127\.0\.0\.1:(\d+)/.exec(output)?.[1], {
    what: 'kubectl port-forward to listen',
    timeoutMs: 20_000,
    signal,
  }).catch((error: unknown) => {
    child.kill();
    throw new Error(`kubectl port-forward failed: ${output}`, { cause: error });
  });
  return { address: `127.0.0.1:${port}`, close: () => void child.kill() };
}
