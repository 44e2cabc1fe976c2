/** A runtime for operators: see README.md. */
export { ApiClient } from './api-client.ts';
export { ApiConnection } from './api-connection.ts';
export { ApiError, GarbledAnswerError, hasStatus, isStaleWrite } from './api-error.ts';
export type * from './api-options.ts';
export {
  Applier,
  LeavingError,
  OvertakenError,
  ResourceConflictError,
  type Intent,
  type Ownership,
} from './applier.ts';
export { Controller, type ReconcileResult } from './controller.ts';
export type { EventNote } from './event-note.ts';
export { EventRecorder } from './event-recorder.ts';
export { byNamespace, byOwner } from './indexes.ts';
export { Informer } from './informer.ts';
export { controllerOf, objectKey, type KubeList, type KubeObject } from './kube-object.ts';
export { LeaderElector, LeaseLostError } from './leader-elector.ts';
export type { Logger } from './logger.ts';
export { ObjectCache, type IndexFunction } from './object-cache.ts';
export { OptionalInformer } from './optional-informer.ts';
export { Reflector, type ObjectChange, type ReflectorTiming } from './reflector.ts';
export type { ResourceType } from './resource-type.ts';
export { TokenBucket } from './token-bucket.ts';
export { WorkQueue, type WorkQueueObserver, type WorkQueueState } from './work-queue.ts';
