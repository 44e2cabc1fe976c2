import type { TickStorm } from '../api/v1alpha1/tick-storm.ts';
import { ownedMetadata } from './metadata.ts';
import { objectNames } from './names.ts';
import type { AppliedObject } from './object.ts';

/** Key of the token in the Secret, and its file name in the pod. */
export const ADMIN_TOKEN_KEY = 'token';

/** The Secret with the bearer token of the pods' admin port. */
export function buildAdminSecret(tickStorm: TickStorm, token: string): AppliedObject {
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: ownedMetadata(tickStorm, objectNames(tickStorm.metadata.name).adminSecret),
    type: 'Opaque',
    data: { [ADMIN_TOKEN_KEY]: Buffer.from(token).toString('base64') },
  };
}
