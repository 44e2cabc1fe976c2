/** Types of the conditions that a TickStorm may have. Reconciling and Stalled are there only while they are true. */
export type ConditionType = 'Ready' | 'Available' | 'Reconciling' | 'Stalled' | 'CredentialsReady' | 'EndpointAssigned';

/** The closed list of reasons, with what each of them means. */
const REASONS = {
  AllReplicasReady: 'Every pod runs the current spec and is ready for clients.',
  ScaledToZero: 'No pods are wanted.',
  MinimumReplicasAvailable: 'Enough pods are available.',
  MinimumReplicasUnavailable: 'Too few pods are available.',
  RolloutInProgress: 'Pods are being started, replaced or removed.',
  ReplicaFailure: 'Pods cannot be created, for example because a quota is used up.',
  ProgressDeadlineExceeded: 'A rollout has not got on for ten minutes.',
  ResourceConflict: 'An object of the needed name exists and belongs to someone else; it is left alone.',
  ApplyFailed: 'The API server has refused an object.',
  WaitingForDeletion: 'An object of an earlier TickStorm of this name, or the whole namespace, is still being deleted.',
  InvalidSpec: 'The stored spec does not fit this version of the operator.',
  SecretGenerated: 'The operator has made the credentials.',
  SecretFound: 'The Secret that the spec names has the credentials.',
  SecretNotFound: 'The Secret that the spec names does not exist.',
  SecretIncomplete: 'The Secret lacks username or password, or has one that is too long.',
  AddressAssigned: 'Clients can reach the service at status.endpoint.',
  LoadBalancerPending: 'The load balancer has no address yet.',
} as const;

export type Reason = keyof typeof REASONS;
