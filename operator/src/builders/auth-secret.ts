import type { TickStorm } from '../api/v1alpha1/tick-storm.ts';
import { ownedMetadata } from './metadata.ts';
import { objectNames } from './names.ts';
import type { AppliedObject } from './object.ts';

/** Credentials that clients present. */
export interface Credentials {
  readonly username: string;
  readonly password: string;
}

/** Name of the Secret that the pods read: the one that the spec names, else the operator's own. */
export function authSecretName(tickStorm: TickStorm): string {
  return tickStorm.spec.auth.secretRef?.name ?? objectNames(tickStorm.metadata.name).authSecret;
}

/** The Secret of generated credentials, for TickStorms that name none. */
export function buildAuthSecret(tickStorm: TickStorm, credentials: Credentials): AppliedObject {
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: ownedMetadata(tickStorm, objectNames(tickStorm.metadata.name).authSecret),
    type: 'Opaque',
    data: {
      username: Buffer.from(credentials.username).toString('base64'),
      password: Buffer.from(credentials.password).toString('base64'),
    },
  };
}
