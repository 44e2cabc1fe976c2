import { afterEach, describe, expect, it } from '@jest/globals';
import type { EndpointSources } from './http-endpoints.ts';
import { HttpEndpoints } from './http-endpoints.ts';

const opened: HttpEndpoints[] = [];
afterEach(() => {
  for (const endpoints of opened.splice(0)) endpoints.close();
});

async function get(path: string, sources: Partial<EndpointSources>): Promise<[number, string]> {
  const endpoints = new HttpEndpoints({
    readiness: () => 'ready',
    isAlive: () => true,
    metrics: () => Promise.resolve('a 1\n'),
    stats: () => Promise.resolve({ a: 1 }),
    ...sources,
  });
  opened.push(endpoints);
  const response = await fetch(`http://${await endpoints.listen({ host: '127.0.0.1', port: 0 })}${path}`);
  return [response.status, await response.text()];
}

describe('HttpEndpoints', () => {
  it.each(['/metrics', '/stats'])('answers 500 and goes on when %s cannot be collected', async (path) => {
    const fail = (): Promise<never> => Promise.reject(new Error('no answer'));
    expect(await get(path, { metrics: fail, stats: fail })).toEqual([500, 'it could not be collected\n']);
    expect((await get(path, {}))[0]).toBe(200);
  });
});
