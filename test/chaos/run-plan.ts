import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { ChaosBed } from './chaos-bed.ts';
import type { FaultProxy } from './fault-proxy.ts';
import { proxyKubeconfig } from './kubeconfig-access.ts';

/** What a plan printed, and its exit code. */
export interface PlanOutput {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** Runs the operator's `plan` of some objects behind a proxy, which may sign in for it; else it does by a token. */
export async function runPlan(
  bed: ChaosBed,
  proxy: FaultProxy,
  objects: readonly object[],
  token?: string,
): Promise<PlanOutput> {
  await mkdir(bed.operatorLogs, { recursive: true });
  const kubeconfig = join(bed.operatorLogs, `plan-${proxy.port}.kubeconfig`);
  await writeFile(kubeconfig, JSON.stringify(proxyKubeconfig(proxy.port, token)));
  const child = spawn(process.execPath, [bed.controlPlane.operatorProgram, 'plan', '-f', '-'], {
    stdio: 'pipe',
    env: { PATH: process.env['PATH'], KUBECONFIG: kubeconfig },
  });
  child.stdin.end(objects.map((object) => JSON.stringify(object)).join('\n---\n'));
  const [out, err] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  return { code: child.exitCode, out, err };
}
