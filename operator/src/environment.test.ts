import { describe, expect, it } from '@jest/globals';
import { readEnvironment } from './environment.ts';

const defaults = { podName: 'host', podNamespace: 'default' };

describe('readEnvironment', () => {
  it('needs nothing', () => {
    expect(readEnvironment({}, defaults)).toMatchObject({
      ok: true,
      environment: {
        watchNamespaces: [],
        podName: 'host',
        podNamespace: 'default',
        metricsPort: 8081,
        logLevel: 'info',
        leaderElection: true,
        allowsHostLevel: false,
        apiQps: 50,
        apiBurst: 100,
        discoverySeconds: 60,
      },
    });
  });

  it('reads what is given, an empty variable being none', () => {
    const variables = {
      WATCH_NAMESPACES: 'a, b,a',
      METRICS_ADDR: '[::1]:0',
      LEADER_ELECTION: 'false',
      POD_NAME: 'operator-1',
      LOG_LEVEL: '',
    };
    expect(readEnvironment(variables, defaults)).toMatchObject({
      ok: true,
      environment: {
        watchNamespaces: ['a', 'b'],
        metricsHost: '::1',
        metricsPort: 0,
        leaderElection: false,
        podName: 'operator-1',
        logLevel: 'info',
      },
    });
  });

  it('reports every problem: name, value, and what is allowed', () => {
    const result = readEnvironment(
      {
        WATCH_NAMESPACES: 'a,B!',
        METRICS_ADDR: ':99999',
        LOG_LEVEL: 'loud',
        LEADER_ELECTION: 'maybe',
        HOST_LEVEL_OVERLAYS: 'yes',
        RECONCILE_WORKERS: '0',
        KUBE_API_QPS: '0.5',
        KUBE_API_BURST: '10000',
        DISCOVERY_SECONDS: '0',
      },
      defaults,
    );
    expect(result.ok).toBe(false);
    const problems = result.ok ? [] : result.problems;
    expect(problems.map(({ name }) => name).toSorted()).toEqual([
      'DISCOVERY_SECONDS',
      'HOST_LEVEL_OVERLAYS',
      'KUBE_API_BURST',
      'KUBE_API_QPS',
      'LEADER_ELECTION',
      'LOG_LEVEL',
      'METRICS_ADDR',
      'RECONCILE_WORKERS',
      'WATCH_NAMESPACES',
    ]);
    expect(problems).toContainEqual({ name: 'LOG_LEVEL', value: 'loud', allowed: 'one of error, warn, info, debug' });
  });
});
