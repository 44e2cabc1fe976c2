import { Agent, request } from 'undici';
import { METRICS_PORT } from '../builders/ports.ts';

const TIMEOUT_MS = 2_000;
const LARGEST_ANSWER_BYTES = 1_048_576;

/** A pod answers now and then: no connection is kept for that. */
const agent = new Agent({ maxResponseSize: LARGEST_ANSWER_BYTES, pipelining: 0 });

/** Fetches `/stats` of the pod with this address. @throws when it does not answer in time, or with something else */
export async function fetchStats(address: string, signal: AbortSignal): Promise<unknown> {
  const host = address.includes(':') ? `[${address}]` : address;
  const answer = await request(`http://${host}:${METRICS_PORT.number}/stats`, {
    dispatcher: agent,
    signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]),
  });
  if (answer.statusCode !== 200) {
    await answer.body.dump();
    throw new Error(`${host} answers /stats with ${answer.statusCode}`);
  }
  return await answer.body.json();
}
