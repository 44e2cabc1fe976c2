import type { Readiness } from './service-state.ts';

/** One thing that a probe looks at; without a problem it is well. */
interface Check {
  name: string;
  problem: string | undefined;
}

export interface ProbeAnswer {
  status: 200 | 503;
  body: string;
}

export type ProbePath = '/healthz' | '/startupz' | '/readyz';

/**
 * Answers a probe.
 * @param isAlive false when only a restart of the whole server can help
 * @param isVerbose lists every check as the probes of Kubernetes' own components do
 */
export function answerProbe(path: ProbePath, readiness: Readiness, isAlive: boolean, isVerbose: boolean): ProbeAnswer {
  const checks = checksOf(path, readiness, isAlive);
  const failed = checks.find(({ problem }) => problem !== undefined);
  const status = failed ? 503 : 200;
  if (!isVerbose) return { status, body: `${failed?.problem ?? 'ok'}\n` };
  const lines = checks.map(({ name, problem }) => (problem === undefined ? `[+]${name} ok` : `[-]${name}: ${problem}`));
  return { status, body: [...lines, `${path.slice(1)} check ${failed ? 'failed' : 'passed'}`, ''].join('\n') };
}

function checksOf(path: ProbePath, readiness: Readiness, isAlive: boolean): Check[] {
  const ping = { name: 'ping', problem: undefined };
  const workers = { name: 'workers', problem: isAlive ? undefined : 'every worker is in a crash loop' };
  const started = { name: 'started', problem: readiness === 'starting' ? readiness : undefined };
  const isAway = readiness === 'draining' || readiness === 'parked';
  const inService = { name: 'in-service', problem: isAway ? readiness : undefined };
  const checks: Readonly<Record<ProbePath, Check[]>> = {
    '/healthz': [ping, workers],
    '/startupz': [ping, started],
    '/readyz': [ping, started, inService],
  };
  return checks[path];
}
