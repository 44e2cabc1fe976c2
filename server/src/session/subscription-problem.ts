import type { SubscribeRequest } from '@tick-storm/protocol';
import { isStartTime, metadataProblem, SubscriptionMode, symbolFiltersProblem } from '@tick-storm/protocol';

/**
 * Says what is wrong with a subscription.
 * @param nowMs unix ms
 * @returns undefined when it is valid, else one sentence
 */
export function subscriptionProblem(request: SubscribeRequest, nowMs: number): string | undefined {
  if (request.mode !== SubscriptionMode.SECOND && request.mode !== SubscriptionMode.MINUTE) {
    return `subscription mode ${request.mode} is not valid; allowed are SECOND (1) and MINUTE (2)`;
  }
  const problem = symbolFiltersProblem(request.symbols) ?? metadataProblem(request.metadata);
  if (problem) return problem;
  if (!isStartTime(request.startTimeMs, nowMs)) {
    return 'start_time_ms must be 0 or lie within the last 24 h and the next 5 min';
  }
  const isResume = request.resumeEpoch !== '' || request.resumeSequence !== 0;
  if (isResume && request.startTimeMs !== 0) return 'start_time_ms and a resume position exclude each other';
  return undefined;
}
