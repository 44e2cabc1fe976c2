import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { delimiter, dirname } from 'node:path';
import { run } from '../cluster/run.ts';
import { waitFor } from '../cluster/wait.ts';
import { kubectlTable } from '../install/kubectl-table.ts';
import { PATIENCE_MS, awaitObject, awaitReady, createNamespace, example } from './live-tick-storm.ts';
import type { TickStormObject } from './live-tick-storm.ts';
import { testCluster } from './test-cluster.ts';

jest.setTimeout(2 * PATIENCE_MS);

const namespace = 'tick-storm';
const { kubectl, serverImage } = testCluster();
const environment: NodeJS.ProcessEnv = {
  ...kubectl.environment,
  PATH: [dirname(kubectl.program), process.env['PATH']].join(delimiter),
};
let running: TickStormObject;

/** What a command prints that is written as in the Kubernetes guide. */
const guide = (command: string): Promise<string> => run('sh', ['-c', command], { env: environment });

/** The table that a command of the guide prints, once it shows what is asked for. */
function table(
  command: string,
  isShown: (rows: Record<string, string>[]) => boolean = () => true,
): Promise<Record<string, string>[]> {
  const probe = async (): Promise<Record<string, string>[] | false> => {
    const rows = kubectlTable(await guide(command));
    return isShown(rows) && rows;
  };
  return waitFor(probe, { what: `what ${command} is to show`, timeoutMs: PATIENCE_MS, intervalMs: 500 });
}

/** Runs a command of the guide that does not end by itself until it has said something. */
async function untilSaid<T>(command: string, words: RegExp, then: (said: string) => Promise<T>): Promise<T> {
  const [, ...args] = command.split(' ');
  const child = spawn(kubectl.program, args, { env: environment, stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = once(child, 'close');
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text: Buffer) => (output += text.toString()));
  try {
    const said = (): string | undefined => words.exec(output)?.[0];
    return await then(await waitFor(said, { what: `${command} to say ${words}`, timeoutMs: PATIENCE_MS }));
  } finally {
    child.kill();
    await ended;
  }
}

beforeAll(async () => {
  await createNamespace(kubectl, namespace);
  // In place of the guide's seven files.
  await kubectl.apply(example('guide'));
  running = await awaitReady(kubectl, namespace, 'tick-storm');
}, 2 * PATIENCE_MS);

afterAll(async () => {
  await kubectl.run(['delete', 'namespace', namespace, '--ignore-not-found', '--wait=false']);
});

/** With the names, the order and the words of the guide; each command is one of its own. */
describe('on examples/guide.yaml shows what the guide says it shows', () => {
  const running2 = (rows: Record<string, string>[]): boolean =>
    rows.length === 2 && rows.every(({ READY, STATUS }) => READY === '1/1' && STATUS === 'Running');
  const measured = (rows: Record<string, string>[]): boolean =>
    rows.length === 2 &&
    rows.every((row) => /^\d+m$/.test(row['CPU(cores)']!) && /^[1-9]\d*Mi$/.test(row['MEMORY(bytes)']!));

  it('kubectl get pods: two that run', async () => {
    expect(await table('kubectl get pods -n tick-storm', running2)).toHaveLength(2);
  });

  it('kubectl top pods: the use of each, also by container', async () => {
    expect(await table('kubectl top pods -n tick-storm', measured)).toHaveLength(2);
    const containers = await table('kubectl top pods -n tick-storm --containers', measured);
    expect(containers.map((row) => row['NAME'])).toEqual(['tick-storm', 'tick-storm']);
  });

  it('kubectl get svc: the load balancer with its address, and the headless one', async () => {
    const rows = await table('kubectl get svc -n tick-storm');
    const address = running.status!.endpoint!.replace(/:8080$/, '');
    expect(rows).toEqual([
      expect.objectContaining({ NAME: 'tick-storm-headless', TYPE: 'ClusterIP', 'CLUSTER-IP': 'None' }),
      expect.objectContaining({
        NAME: 'tick-storm-service',
        TYPE: 'LoadBalancer',
        'EXTERNAL-IP': address,
        'PORT(S)': expect.stringMatching(/^8080:\d+\/TCP,9090:\d+\/TCP$/),
      }),
    ]);
  });

  it('kubectl logs: what a pod says, and how many descriptors it was granted', async () => {
    const listening = await untilSaid(
      'kubectl logs -f deployment/tick-storm -n tick-storm',
      /.*"message":"listening".*/,
      async (said) => said,
    );
    expect(listening).toContain('8080');
    const descriptors = await guide('kubectl logs -l app=tick-storm -n tick-storm | grep "file descriptor"');
    expect(descriptors.trim().split('\n').length).toBeGreaterThanOrEqual(2);
    expect(descriptors).toContain('65536');
  });

  it('kubectl logs, of resource breaches: none', async () => {
    const breaches = guide('kubectl logs -l app=tick-storm -n tick-storm | grep "resource breach"');
    // grep finds nothing.
    await expect(breaches).rejects.toThrow('exit code 1');
  });

  it('kubectl port-forward to the Service: the metrics', async () => {
    // The guide forwards its own port 9090, which somebody here may have.
    const command = 'kubectl port-forward svc/tick-storm-service :9090 -n tick-storm';
    const metrics = await untilSaid(command, /Forwarding from 127\.0\.0\.1:\d+/, async (said) => {
      const response = await fetch(`http://localhost:${said.split(':')[1]}/metrics`);
      return await response.text();
    });
    expect(metrics).toMatch(/^tick_storm_active_connections \d+$/m);
  });

  it('kubectl get events: what happened to its objects', async () => {
    const rows = await table("kubectl get events -n tick-storm --sort-by='.lastTimestamp'");
    expect(rows).toContainEqual(expect.objectContaining({ REASON: 'Created', OBJECT: 'tickstorm/tick-storm' }));
    expect(rows.map(({ OBJECT }) => OBJECT)).toContainEqual(expect.stringMatching(/^pod\/tick-storm-/));
  });

  it('kubectl describe pod: its limits, requests and process limits', async () => {
    const text = await guide('kubectl describe pod -l app=tick-storm -n tick-storm');
    expect(text).toMatch(/Limits:\s+cpu:\s+2\s+ephemeral-storage:\s+1Gi\s+memory:\s+2Gi\s/);
    expect(text).toMatch(/Requests:\s+cpu:\s+500m\s+ephemeral-storage:\s+500Mi\s+memory:\s+1Gi\s/);
    expect(text).toMatch(/ULIMIT_MAX_OPEN_FILES:\s+65536\s/);
    expect(text).toMatch(/ULIMIT_MAX_MEMORY_SIZE:\s+1610612736\s/);
  });

  it('kubectl get hpa, and describe: 70 % of CPU and 80 % of memory, of 2 to 10 pods', async () => {
    const [row] = await table(
      'kubectl get hpa -n tick-storm',
      ([hpa]) => !/<unknown>/.test(hpa?.['TARGETS'] ?? '<unknown>'),
    );
    expect(row).toMatchObject({
      NAME: 'tick-storm-hpa',
      REFERENCE: 'TickStorm/tick-storm',
      TARGETS: expect.stringMatching(/^cpu: \d+%\/70%, memory: \d+%\/80%$/),
      MINPODS: '2',
      MAXPODS: '10',
    });
    const text = await guide('kubectl describe hpa tick-storm-hpa -n tick-storm');
    expect(text).toMatch(/AbleToScale\s+True/);
    expect(text).toMatch(/ScalingActive\s+True/);
  });

  it('kubectl get endpoints, a connection from another pod, and describe svc: clients get there', async () => {
    await table('kubectl get endpoints -n tick-storm', (rows) => {
      const endpoints = rows.find(({ NAME }) => NAME === 'tick-storm-service')?.['ENDPOINTS'];
      return endpoints?.match(/:8080\b/g)?.length === 2;
    });
    // There is no registry with busybox here: the image that is there, and what it has in place of nc.
    const connect =
      "/nodejs/bin/node -e 'require(`node:net`).connect(8080, `tick-storm-service.tick-storm.svc.cluster.local`, " +
      "() => { console.log(`open`); process.exit(); })'";
    // A pod that is run again after it has ended is hardly ever running when kubectl looks.
    const pod = `--image=${serverImage} --image-pull-policy=Never --restart=Never --command`;
    expect(await guide(`kubectl run test-pod ${pod} -it --rm -- ${connect}`)).toContain('open');
    const text = await guide('kubectl describe svc tick-storm-service -n tick-storm');
    expect(text).toContain(running.status!.endpoint!.replace(/:8080$/, ''));
  });

  it('kubectl scale: put back, with an event that says what does it; then the rollout status: done', async () => {
    await guide('kubectl scale deployment tick-storm --replicas=5 -n tick-storm');
    const events = await table('kubectl get events -n tick-storm', (rows) =>
      rows.some(({ REASON, MESSAGE }) => REASON === 'Restored' && MESSAGE!.includes('was scaled to 5 by "kubectl')),
    );
    expect(JSON.stringify(events)).toContain('raise spec.autoscaling.minReplicas of the TickStorm');
    const deployment = ['deployment', 'tick-storm', `--namespace=${namespace}`];
    await awaitObject<{ spec: { replicas: number } }, boolean>(kubectl, deployment, 'two pods', ({ spec }) => {
      return spec.replicas === 2;
    });
    expect(await guide('kubectl rollout status deployment/tick-storm -n tick-storm')).toContain(
      'successfully rolled out',
    );
  });
});
