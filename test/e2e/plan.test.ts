import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { repositoryRoot } from '../images/repository-root.ts';
import { PATIENCE_MS, awaitReady, createNamespace } from './live-tick-storm.ts';
import { smallTickStorm } from './small-tick-storm.ts';
import { OPERATOR_NAMESPACE, testCluster } from './test-cluster.ts';

jest.setTimeout(2 * PATIENCE_MS);

const namespace = 'e2e-plan';
const inNamespace = `--namespace=${namespace}`;
const { kubectl, serverImage } = testCluster();

interface Outcome {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** Runs `tick plan -f -` on this text, as a user of the cluster. */
async function plan(input: unknown): Promise<Outcome> {
  const tick = join(repositoryRoot, 'cli', 'src', 'main.ts');
  const child = spawn(process.execPath, ['--conditions=source', tick, 'plan', '-f', '-', '-n', namespace], {
    env: { ...kubectl.environment, SERVER_IMAGE: serverImage, POD_NAMESPACE: OPERATOR_NAMESPACE },
    stdio: 'pipe',
  });
  child.stdin.end(typeof input === 'string' ? input : JSON.stringify(input));
  const [out, err] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  return { code: child.exitCode, out, err };
}

const tickStorm = (spec: object): object => smallTickStorm({ name: 'planned' }, spec);

const applied = tickStorm({ networkPolicy: { mode: 'Enabled' } });

beforeAll(() => createNamespace(kubectl, namespace));
afterAll(async () => {
  await kubectl.run(['delete', 'namespace', namespace, '--ignore-not-found', '--wait=false']);
});

describe('tick plan', () => {
  it('says of a new TickStorm what would be made, makes nothing, and exits 1', async () => {
    const { code, out, err } = await plan(applied);
    expect(err).toBe('');
    expect(code).toBe(1);
    for (const object of ['TickStorm', 'Deployment']) expect(out).toContain(`+ ${object} ${namespace}/planned\n`);
    expect(out).toContain(`+ Secret ${namespace}/planned-auth: its contents are generated\n`);
    expect(out).toContain(`+ ResourceQuota ${namespace}/tick-storm-quota\n`);
    expect(await kubectl.run(['get', 'tickstorm,deployment,resourcequota', inNamespace, '--output=name'])).toBe('');
  });

  it('says of what is applied that nothing would change, and exits 0', async () => {
    await kubectl.apply(applied, [inNamespace]);
    await awaitReady(kubectl, namespace, 'planned');
    const { code, out, err } = await plan(applied);
    expect(err).toBe('');
    expect(out).toMatch(/^0 created, 0 changed, 0 removed, \d+ unchanged\n$/);
    expect(code).toBe(0);
  });

  it('shows what a change comes down to, object by object, and changes nothing', async () => {
    const before = await kubectl.get<{ metadata: { resourceVersion: string } }>('deployment', 'planned', inNamespace);
    // The network policy is no longer asked for: as kubectl apply, the plan takes away what was applied before.
    const { code, out } = await plan(
      tickStorm({ server: { batchWindowMs: 10 }, processLimits: { openFiles: 50_000 } }),
    );
    expect(code).toBe(1);
    expect(out).toContain('    ~ spec.server.batchWindowMs: 5 → 10\n');
    expect(out).toContain('    ~ data["config.json"].batchWindowMs: 5 → 10\n');
    expect(out).toMatch(/ {4}~ spec\.template\.spec\.containers\[tick-storm\]\.env\[ULIMIT_MAX_OPEN_FILES\]\.value: /);
    expect(out).toContain(`- NetworkPolicy ${namespace}/planned-netpol\n`);
    expect(out).toContain('its pods would be replaced');
    const after = await kubectl.get<{ metadata: { resourceVersion: string } }>('deployment', 'planned', inNamespace);
    expect(after.metadata.resourceVersion).toBe(before.metadata.resourceVersion);
  });

  it('says what the conditions would say: of zones, of budgets of others, and of the quota that it would make', async () => {
    const budget = {
      apiVersion: 'policy/v1',
      kind: 'PodDisruptionBudget',
      metadata: { name: 'of-others' },
      spec: { maxUnavailable: 1, selector: {} },
    };
    await kubectl.apply(budget, [inNamespace]);
    const constrained = tickStorm({
      autoscaling: { mode: 'Enabled', minReplicas: 1, maxReplicas: 50 },
      scheduling: { zoneAntiAffinity: 'Required' },
      quota: { mode: 'Fixed', hard: { pods: '3' } },
    });
    try {
      const { code, out } = await plan(constrained);
      expect(code).toBe(1);
      expect(out).toMatch(
        /DisruptionSafe would be False \(ForeignBudgets\): .*PodDisruptionBudget of-others of others selects them too/,
      );
      expect(out).toMatch(
        /ZonesSufficient would be False \(ZonesExceeded\): .*need 50 by spec\.autoscaling\.maxReplicas/,
      );
      expect(out).toMatch(
        /QuotaSufficient would be False \(SteadyStateExceedsQuota\): ResourceQuota tick-storm-quota binds: pods, have 3, need 50/,
      );
    } finally {
      await kubectl.run(['delete', 'poddisruptionbudget', 'of-others', inNamespace]);
    }
  });

  it('knows the operator by its Deployment, and so that a drain is not to be had where that goes too', async () => {
    const drained = { deletionPolicy: 'Drain' };
    expect((await plan(tickStorm(drained))).out).not.toContain('DrainUnavailable');
    const beside = { ...tickStorm(drained), metadata: { name: 'planned', namespace: OPERATOR_NAMESPACE } };
    const { out } = await plan(beside);
    expect(out).toContain('DrainUnavailable would be True (RightsEndWithNamespace)');
    expect(out).toContain('SharedNamespace would be True (ForeignPods)');
  });

  it.each([
    ['a value that the schema refuses', tickStorm({ replicas: -1 }), 'spec.replicas'],
    ['a field that there is not', tickStorm({ replcas: 1 }), 'unknown field "spec.replcas"'],
    ['no YAML', 'a: [', 'standard input:1:5: not valid YAML'],
    [
      'another namespace, which is not there',
      { ...tickStorm({}), metadata: { name: 'a', namespace: 'none' } },
      'there is no namespace "none"; create it with kubectl create namespace none',
    ],
  ])('exits 2 for %s', async (_, input, message) => {
    const { code, err } = await plan(input);
    expect(err).toContain(message);
    expect(code).toBe(2);
  });
});
