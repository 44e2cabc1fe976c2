import type { ControlPlane } from '../chaos/control-plane.ts';
import { operatorNodeArguments } from '../images/node-arguments.ts';
import { peerTemplates } from './peer-templates.ts';

export const contenderNames = ['tick-storm', 'controller-runtime'] as const;
export type ContenderName = (typeof contenderNames)[number];

/** An operator that is measured. All take the same settings from the environment. */
export interface Contender {
  readonly name: ContenderName;
  readonly command: readonly [string, ...string[]];
  readonly environment: Readonly<Record<string, string>>;
}

/** Limits on every contender: the defaults of ours. */
export const LIMITS = { qps: 50, burst: 100, workers: 4 } as const;

const SERVER_IMAGE = 'registry.example/tick-storm-server:1.2.3';

/** What every contender is told. @param namespaces empty: all */
export function settings(leaseNamespace: string, namespaces: readonly string[]): Record<string, string> {
  return {
    POD_NAMESPACE: leaseNamespace,
    WATCH_NAMESPACES: namespaces.join(','),
    SERVER_IMAGE,
    METRICS_ADDR: '127.0.0.1:0',
    LEADER_ELECTION: 'true',
    KUBE_API_QPS: String(LIMITS.qps),
    KUBE_API_BURST: String(LIMITS.burst),
    RECONCILE_WORKERS: String(LIMITS.workers),
  };
}

/** Our operator, as its image runs it. */
export const ourOperator = (controlPlane: ControlPlane): Contender => ({
  name: 'tick-storm',
  command: [process.execPath, ...operatorNodeArguments(), controlPlane.operatorProgram],
  environment: {},
});

/** The peer, with templates of the same objects. */
export const peerOperator = (program: string, operatorNamespace: string): Contender => ({
  name: 'controller-runtime',
  command: [program],
  environment: { TEMPLATES: JSON.stringify(peerTemplates(SERVER_IMAGE, operatorNamespace)) },
});
