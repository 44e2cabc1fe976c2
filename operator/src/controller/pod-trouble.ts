import type { KubeObject } from '../runtime/kube-object.ts';
import { trusted } from '../runtime/trusted.ts';
import type { Reason } from './reasons.ts';

/** Why a pod does not come up. */
export interface PodTrouble {
  readonly reason: Extract<Reason, 'ImagePullFailed' | 'ContainerConfigInvalid' | 'CrashLooping' | 'Unschedulable'>;
  readonly message: string;
}

export interface ContainerStatus {
  readonly name: string;
  readonly state?: { readonly waiting?: { readonly reason?: string; readonly message?: string } };
  readonly lastState?: { readonly terminated?: { readonly reason?: string; readonly exitCode?: number } };
}

/** What of a pod's status is looked at. */
export interface PodStatus {
  readonly conditions?: readonly {
    readonly type: string;
    readonly status: string;
    readonly reason?: string;
    readonly message?: string;
  }[];
  readonly containerStatuses?: readonly ContainerStatus[];
  readonly initContainerStatuses?: readonly ContainerStatus[];
}

/** What the kubelet waits for, as reasons of ours. */
const BY_WAITING: Readonly<Record<string, PodTrouble['reason']>> = {
  ErrImagePull: 'ImagePullFailed',
  ErrImageNeverPull: 'ImagePullFailed',
  ImagePullBackOff: 'ImagePullFailed',
  InvalidImageName: 'ImagePullFailed',
  CreateContainerConfigError: 'ContainerConfigInvalid',
  CreateContainerError: 'ContainerConfigInvalid',
  RunContainerError: 'ContainerConfigInvalid',
  CrashLoopBackOff: 'CrashLooping',
};

/** From what explains most to what explains least. */
const RANK: readonly PodTrouble['reason'][] = [
  'ImagePullFailed',
  'ContainerConfigInvalid',
  'CrashLooping',
  'Unschedulable',
];

function ofContainer(pod: string, { name, state, lastState }: ContainerStatus): PodTrouble[] {
  const waiting = state?.waiting;
  const reason = BY_WAITING[waiting?.reason ?? ''];
  if (reason === undefined) return [];
  const { terminated } = lastState ?? {};
  const exit =
    terminated === undefined ? '' : `, exit code ${terminated.exitCode ?? '?'} (${terminated.reason ?? '?'})`;
  // The kubelet's own words for a crash have the back-off's changing time in them.
  const words =
    reason === 'CrashLooping' ? `${exit}; kubectl logs ${pod} --previous says why` : `: ${waiting?.message ?? ''}`;
  return [{ reason, message: `Pod ${pod}, container ${name}: ${waiting?.reason}${words}` }];
}

function ofPod({ metadata: { name }, ...pod }: KubeObject): PodTrouble[] {
  const status = trusted<PodStatus | undefined>(pod['status']) ?? {};
  const unplaced = status.conditions?.find(
    ({ type, status: holds, reason }) => type === 'PodScheduled' && holds === 'False' && reason === 'Unschedulable',
  );
  const containers = [...(status.initContainerStatuses ?? []), ...(status.containerStatuses ?? [])];
  return [
    ...containers.flatMap((container) => ofContainer(name, container)),
    ...(unplaced === undefined
      ? []
      : [{ reason: 'Unschedulable' as const, message: `Pod ${name} finds no node: ${unplaced.message ?? ''}` }]),
  ];
}

/** What keeps pods from coming up; undefined when nothing is known to. Of several, what explains most. */
export function podTroubleOf(pods: readonly KubeObject[]): PodTrouble | undefined {
  return pods
    .filter(({ metadata }) => metadata.deletionTimestamp === undefined)
    .toSorted((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1))
    .flatMap(ofPod)
    .toSorted((a, b) => RANK.indexOf(a.reason) - RANK.indexOf(b.reason))[0];
}
