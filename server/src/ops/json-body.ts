import type { IncomingMessage } from 'node:http';
import { HttpProblem } from './http-problem.ts';

const MAX_BODY_BYTES = 16_384;

/**
 * Reads a request's body.
 * @returns an object's fields; none when the body is empty
 * @throws HttpProblem 413 when it is too long, 400 when it is no JSON object
 */
export async function readJsonBody(request: IncomingMessage): Promise<ReadonlyMap<string, unknown>> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of request) {
    if (!Buffer.isBuffer(part)) continue;
    bytes += part.length;
    if (bytes > MAX_BODY_BYTES) {
      // What is still to come is not read: the connection ends with the answer.
      const headers = { connection: 'close' };
      throw new HttpProblem(413, 'the body is too long', `at most ${MAX_BODY_BYTES} bytes`, headers);
    }
    parts.push(part);
  }
  const text = Buffer.concat(parts).toString('utf8');
  if (text.trim() === '') return new Map();
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new HttpProblem(400, `the body is not JSON: ${reason}`, 'a JSON object');
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed))
    throw new HttpProblem(400, 'the body is not a JSON object', 'a JSON object');
  return new Map(Object.entries(parsed));
}

/**
 * Reads a number of a body or a query.
 * @throws HttpProblem 400 when it is none from min to max
 */
export function numberIn(name: string, given: unknown, min: number, max: number): number {
  const value = typeof given === 'string' && /^\d+(\.\d+)?$/.test(given) ? Number(given) : given;
  if (typeof value === 'number' && value >= min && value <= max) return value;
  const shown = given === undefined ? 'is missing' : `is ${JSON.stringify(given).slice(0, 64)}`;
  throw new HttpProblem(400, `${name} ${shown}`, `a number from ${min} to ${max}`);
}

/** Like {@link numberIn}, for whole numbers. */
export function integerIn(name: string, given: unknown, min: number, max: number): number {
  const value = numberIn(name, given, min, max);
  if (Number.isInteger(value)) return value;
  throw new HttpProblem(400, `${name} is ${value}`, `a whole number from ${min} to ${max}`);
}
