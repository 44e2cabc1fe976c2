import type { TickStorm } from '../api/v1alpha1/tick-storm.ts';
import { ownedMetadata } from './metadata.ts';
import { objectNames } from './names.ts';
import type { AppliedObject } from './object.ts';

/** The pods' identity. No token is mounted anywhere: the server does not speak to the API. */
export function buildServiceAccount(tickStorm: TickStorm): AppliedObject {
  return {
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: ownedMetadata(tickStorm, objectNames(tickStorm.metadata.name).serviceAccount),
    automountServiceAccountToken: false,
  };
}
