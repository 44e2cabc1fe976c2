import type { TickStorm } from '../api/v1alpha1/tick-storm.ts';
import { ownedMetadata } from './metadata.ts';
import { objectNames } from './names.ts';
import type { AppliedObject } from './object.ts';

/** Key of the server's configuration in the ConfigMap, and its file name in the pod. */
export const CONFIG_KEY = 'config.json';

/** The settings that the server takes over while it runs; everything else is in the pod's environment. */
export function buildConfigMap(tickStorm: TickStorm): AppliedObject {
  const { logLevel, ipAllowlist, ipBlocklist } = tickStorm.spec.server;
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: ownedMetadata(tickStorm, objectNames(tickStorm.metadata.name).configMap),
    data: { [CONFIG_KEY]: `${JSON.stringify({ logLevel, ipAllowlist, ipBlocklist }, null, 2)}\n` },
  };
}
