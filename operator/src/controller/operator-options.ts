import type { ApiClient } from '../runtime/api-client.ts';
import type { ReconcileReport } from '../runtime/controller.ts';
import type { EventRecorder } from '../runtime/event-recorder.ts';
import type { Logger } from '../runtime/logger.ts';
import type { WorkQueueObserver } from '../runtime/work-queue.ts';

export type QueueName = 'instance' | 'namespace';

export interface OperatorOptions {
  readonly client: ApiClient;
  /** Aborts what is asked of pods and still under way, as the client does for what is asked of the API server. */
  readonly cutOff: AbortSignal;
  readonly recorder: EventRecorder;
  readonly logger: Logger;
  /** Namespaces to work in; empty means all. */
  readonly namespaces: readonly string[];
  /** Of this program. */
  readonly version: string;
  /** Image of TickStorms that name none. */
  readonly serverImage: string;
  /** Whether overlays over the pods may have host-level fields. */
  readonly allowsHostLevel: boolean;
  /** Namespace that the operator runs in. */
  readonly operatorNamespace: string;
  readonly workers: number;
  /** Time between two looks for kinds that may be installed later, in milliseconds. */
  readonly discoveryMs: number;
  /** Gives what a queue of this name tells its metrics to. */
  readonly queueObserver?: (queue: QueueName) => WorkQueueObserver;
  readonly onReconcile?: (report: ReconcileReport) => void;
  readonly now?: () => number;
}
