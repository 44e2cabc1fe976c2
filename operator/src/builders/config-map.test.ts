import { describe, expect, it } from '@jest/globals';
import { readConfig, readHotSettings } from '@tick-storm/server/config';
import { parseTickStorm } from '../api/v1alpha1/tick-storm.ts';
import { trusted } from '../runtime/trusted.ts';
import { buildConfigMap, CONFIG_KEY } from './config-map.ts';

const fallback = readConfig({ AUTH_USERNAME: 'u', AUTH_PASSWORD: 'p' });

/** What the server makes of the file that a spec becomes. */
function settings(server: object): unknown {
  const parsed = parseTickStorm({ metadata: { name: 'a', namespace: 'b', uid: 'c' }, spec: { server } });
  if (!parsed.ok || !('config' in fallback)) throw new Error('the test is wrong');
  const data = trusted<Record<string, string>>(buildConfigMap(parsed.value)['data']);
  return readHotSettings(data[CONFIG_KEY] ?? '', fallback.config.hot);
}

describe('the configuration file', () => {
  it('of the defaults is one that the server takes', () => {
    expect(settings({})).toMatchObject({ maxConnections: 50_000, slowConsumerPolicy: 'close', batchWindowMs: 5 });
  });

  it('carries what can change while the server runs', () => {
    expect(
      settings({
        slowConsumerPolicy: 'Conflate',
        historyWindow: '0',
        maxConnectionsPerIP: 7,
        connectionRateLimitPerIP: 8,
        maxSymbolsPerUser: 9,
        subscribeTimeout: '100ms',
      }),
    ).toMatchObject({
      slowConsumerPolicy: 'conflate',
      maxConnectionsPerIp: 7,
      connectionRateLimitPerIp: 8,
      maxSymbolsPerUser: 9,
    });
  });
});
