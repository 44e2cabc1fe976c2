import { describe, expect, it } from '@jest/globals';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { parse, stringify } from 'yaml';
import { parseTickStorm, type TickStorm } from '../api/v1alpha1/tick-storm.ts';
import { buildAdminSecret } from './admin-secret.ts';
import { buildAuthSecret } from './auth-secret.ts';
import { buildAutoscaler } from './autoscaler.ts';
import type { BuildContext } from './build-context.ts';
import { buildCertificate } from './certificate.ts';
import { buildConfigMap } from './config-map.ts';
import { buildDashboard } from './dashboard.ts';
import { buildDeployment } from './deployment.ts';
import { buildDisruptionBudget } from './disruption-budget.ts';
import { buildNetworkPolicy } from './network-policy.ts';
import type { AppliedObject } from './object.ts';
import { buildPodSpec, drainTimeSeconds } from './pod-template.ts';
import { buildPrometheusRule } from './prometheus-rule.ts';
import { buildRoleBinding } from './role-binding.ts';
import { buildRole } from './role.ts';
import { buildServiceMonitor } from './service-monitor.ts';
import { buildServiceAccount } from './service-account.ts';
import { buildHeadlessService, buildService } from './service.ts';
import { buildSharedLimits } from './shared-limits.ts';
import { buildSharedQuota } from './shared-quota.ts';
import { podSizes } from '../controller/pod-sizes.ts';
import { trusted } from '../runtime/trusted.ts';

// What each example becomes, object by object. UPDATE_GOLDEN=1 writes the files anew; then read the diff.
const examples = ['minimal', 'demo', 'guide', 'production', 'tls'];
const repository = new URL('../../../', import.meta.url);

function readExample(name: string): TickStorm {
  const text = readFileSync(new URL(`examples/${name}.yaml`, repository), 'utf8');
  const manifest = trusted<{ metadata: Record<string, string> }>(parse(text));
  const metadata = { namespace: 'default', ...manifest.metadata, uid: '00000000-0000-4000-8000-000000000001' };
  const parsed = parseTickStorm({ ...manifest, metadata });
  if (!parsed.ok) throw new Error(parsed.problem);
  return parsed.value;
}

function build(tickStorm: TickStorm): Record<string, AppliedObject | undefined> {
  const { namespace } = tickStorm.metadata;
  // What the arithmetic chooses while quotas leave room.
  const isPaced = tickStorm.spec.disruption.mode === 'Paced';
  const withRoom = isPaced ? 'SurgeOne' : 'Surge';
  const strategy = tickStorm.spec.scheduling.zoneAntiAffinity === 'Required' ? 'Replace' : withRoom;
  const context: BuildContext = {
    serverImage: 'registry.example/tick-storm-server:1.2.3',
    allowsHostLevel: false,
    operatorNamespace: 'tick-storm-system',
    strategy,
    replicas: tickStorm.spec.replicas,
    minReadySeconds: isPaced ? drainTimeSeconds(tickStorm) : 0,
    minAvailable: isPaced ? 1 : undefined,
  };
  return {
    'service-account': buildServiceAccount(tickStorm),
    role: buildRole(tickStorm),
    'role-binding': buildRoleBinding(tickStorm),
    'config-map': buildConfigMap(tickStorm),
    'auth-secret':
      tickStorm.spec.auth.secretRef === undefined
        ? buildAuthSecret(tickStorm, { username: 'tick-storm', password: 'golden' })
        : undefined,
    'admin-secret': buildAdminSecret(tickStorm, 'golden'),
    deployment: buildDeployment(tickStorm, context),
    service: buildService(tickStorm),
    'headless-service': buildHeadlessService(tickStorm),
    autoscaler: buildAutoscaler(tickStorm, context),
    'network-policy': buildNetworkPolicy(tickStorm, context),
    'service-monitor': buildServiceMonitor(tickStorm),
    'prometheus-rule': buildPrometheusRule(tickStorm),
    dashboard: buildDashboard(tickStorm),
    certificate: buildCertificate(tickStorm),
    'disruption-budget': buildDisruptionBudget(tickStorm, context),
    'shared-quota': buildSharedQuota(namespace, [tickStorm]),
    'shared-limits': buildSharedLimits(namespace, [tickStorm], (defaults) =>
      podSizes([buildPodSpec(tickStorm, context)], defaults),
    ),
  };
}

function golden(example: string, object: string, actual: string): string {
  const directory = new URL(`testdata/${example}/`, import.meta.url);
  const file = new URL(`${object}.yaml`, directory);
  if (process.env['UPDATE_GOLDEN'] === '1') {
    mkdirSync(directory, { recursive: true });
    writeFileSync(file, actual);
  }
  return existsSync(file) ? readFileSync(file, 'utf8') : `(no ${file.pathname})`;
}

describe.each(examples)('objects of examples/%s.yaml', (example) => {
  const objects = build(readExample(example));
  it.each(Object.keys(objects))('%s is as in its golden file', (name) => {
    const text = objects[name] === undefined ? '# none\n' : stringify(objects[name], { aliasDuplicateObjects: false });
    expect(text).toBe(golden(example, name, text));
  });
});

describe('the nodes of the pods', () => {
  it('are those of spec.scheduling.nodeSelector, among those that run Linux', () => {
    const minimal = readExample('minimal');
    const spec = { ...minimal.spec, scheduling: { ...minimal.spec.scheduling, nodeSelector: { disk: 'fast' } } };
    const { deployment } = build({ ...minimal, spec });
    expect(deployment).toMatchObject({
      spec: { template: { spec: { nodeSelector: { 'kubernetes.io/os': 'linux', disk: 'fast' } } } },
    });
  });
});
