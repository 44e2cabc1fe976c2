import type { Bed } from '../lossless/bed.ts';
import { awaitReady } from './live-tick-storm.ts';
import { OPERATOR_NAMESPACE, testCluster } from './test-cluster.ts';

/** Where a short ledger of loss runs: one service on the cluster of the tests. */
export function ledgerBed(namespace: string, service: string): Bed {
  const { cluster, kubectl } = testCluster();
  return {
    cluster,
    kubectl,
    namespace,
    operatorNamespace: OPERATOR_NAMESPACE,
    services: [service],
    awaitReady: (name) => awaitReady(kubectl, namespace, name),
    report: () => undefined,
    signal: new AbortController().signal,
  };
}
