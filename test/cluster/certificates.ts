import { randomBytes } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from './run.ts';

/** A certificate's subject and where it is used. */
export interface CertificateRequest {
  readonly commonName: string;
  readonly organization?: string;
  /** `IP:…` and `DNS:…` names for a server; none for a client. */
  readonly altNames?: readonly string[];
}

/**
 * The keys of one cluster in a folder: a certificate authority (ca), one for the aggregation layer
 * (front-proxy-ca) and what they sign. ECDSA P-256 throughout: quick to make.
 */
export class CertificateStore {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  certificate(name: string): string {
    return join(this.#folder, `${name}.crt`);
  }

  key(name: string): string {
    return join(this.#folder, `${name}.key`);
  }

  async createAuthority(name: string): Promise<void> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    await this.#createKey(name);
    const subject = ['-subj', `/CN=tick-storm-${name}`, '-days', '3650'];
    const use = ['-addext', 'keyUsage=critical,keyCertSign,cRLSign'];
    const files = ['-key', this.key(name), '-out', this.certificate(name)];
    await run('openssl', ['req', '-x509', '-new', ...files, ...subject, ...use]);
  }

  /** Makes a key and a certificate of that name, signed by the authority. */
  async issue(name: string, authority: string, request: CertificateRequest): Promise<void> {
    await this.#createKey(name);
    const organization = request.organization === undefined ? '' : `/O=${request.organization}`;
    const csr = join(this.#folder, `${name}.csr`);
    await run('openssl', [
      'req', '-new', '-key', this.key(name), '-out', csr, '-subj', `${organization}/CN=${request.commonName}`,
    ]); // prettier-ignore
    const names = request.altNames ?? [];
    const extensions = join(this.#folder, `${name}.ext`);
    await writeFile(
      extensions,
      [
        'basicConstraints=CA:FALSE',
        'keyUsage=digitalSignature',
        'extendedKeyUsage=clientAuth,serverAuth',
        ...(names.length === 0 ? [] : [`subjectAltName=${names.join(',')}`]),
      ].join('\n'),
    );
    await run('openssl', [
      'x509', '-req', '-in', csr, '-out', this.certificate(name), '-days', '3650', '-extfile', extensions,
      '-CA', this.certificate(authority), '-CAkey', this.key(authority),
      '-set_serial', `0x${randomBytes(8).toString('hex')}`,
    ]); // prettier-ignore
  }

  /** A bare key pair, for signing ServiceAccount tokens: NAME.key and NAME.pub. */
  async createKeyPair(name: string): Promise<void> {
    await this.#createKey(name);
    await run('openssl', ['pkey', '-in', this.key(name), '-pubout', '-out', this.publicKey(name)]);
  }

  publicKey(name: string): string {
    return join(this.#folder, `${name}.pub`);
  }

  async #createKey(name: string): Promise<void> {
    const curve = ['-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-256', '-pkeyopt', 'ec_param_enc:named_curve'];
    await run('openssl', ['genpkey', ...curve, '-out', this.key(name)]);
  }
}
