import type { TickStorm } from '../api/v1alpha1/tick-storm.ts';
import { tlsSecretName } from '../builders/certificate.ts';
import type { ApiClient } from '../runtime/api-client.ts';
import type { KubeObject } from '../runtime/kube-object.ts';
import { trusted } from '../runtime/trusted.ts';
import { SECRET } from './kinds.ts';
import type { Reason } from './reasons.ts';
import type { SecretPace } from './secret-pace.ts';
import { vouchedCondition } from './vouched.ts';

/** What is known about the certificate of a TickStorm. */
export interface TlsState {
  readonly ready: boolean;
  readonly reason: Extract<Reason, `Certificate${string}` | 'SecretNotFound' | 'SecretIncomplete'>;
  readonly message: string;
}

export interface TlsSecretsOptions {
  readonly client: Pick<ApiClient, 'get'>;
  /** Monotonic, in milliseconds. */
  readonly now: () => number;
  readonly pace: Pick<SecretPace, 'isFresh' | 'mayWait'>;
}

/** Looks whether the Secrets with the certificates are there. Only the names of their keys are looked at. */
export class TlsSecrets {
  readonly #options: TlsSecretsOptions;
  readonly #checked = new Map<string, { readonly name: string; readonly atMs: number; readonly state: TlsState }>();

  constructor(options: TlsSecretsOptions) {
    this.#options = options;
  }

  /** How the certificate stands; undefined without TLS. */
  async check(tickStorm: TickStorm): Promise<TlsState | undefined> {
    const name = tlsSecretName(tickStorm);
    if (name === undefined) return undefined;
    const { uid, namespace } = tickStorm.metadata;
    const known = this.#checked.get(uid);
    const vouched =
      known === undefined ? vouchedCondition(tickStorm, 'TLSReady', ['CertificateFound'] as const) : undefined;
    if (vouched !== undefined && this.#options.pace.mayWait(tickStorm)) return { ...vouched, ready: true };
    const isFresh = known?.name === name && this.#options.pace.isFresh(tickStorm, known.atMs);
    if (isFresh && known.state.ready) return known.state;
    const state = stateOf(tickStorm, name, await this.#options.client.get(SECRET, namespace, name));
    this.#checked.set(uid, { name, atMs: this.#options.now(), state });
    return state;
  }

  forget(uid: string): void {
    this.#checked.delete(uid);
  }
}

/** How the certificate would stand with a TickStorm, were it stored; undefined without TLS. */
export async function foreseenCertificate(
  client: Pick<ApiClient, 'get'>,
  tickStorm: TickStorm,
): Promise<TlsState | undefined> {
  const name = tlsSecretName(tickStorm);
  if (name === undefined) return undefined;
  return stateOf(tickStorm, name, await client.get(SECRET, tickStorm.metadata.namespace, name));
}

function stateOf({ spec }: TickStorm, name: string, live: KubeObject | undefined): TlsState {
  if (live === undefined) {
    return spec.tls.mode === 'CertManager'
      ? { ready: false, reason: 'CertificatePending', message: `cert-manager has not issued into Secret ${name} yet` }
      : { ready: false, reason: 'SecretNotFound', message: `Secret ${name} of spec.tls.secretRef does not exist` };
  }
  const data = trusted<Record<string, string> | undefined>(live['data']) ?? {};
  const lacking = ['tls.crt', 'tls.key'].filter((key) => (data[key] ?? '') === '');
  return lacking.length > 0
    ? { ready: false, reason: 'SecretIncomplete', message: `Secret ${name} has no ${lacking.join(' and no ')}` }
    : { ready: true, reason: 'CertificateFound', message: `The certificate is in Secret ${name}` };
}
