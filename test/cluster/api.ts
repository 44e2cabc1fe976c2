import { readFileSync } from 'node:fs';
import { request } from 'node:https';
import { CertificateStore } from './certificates.ts';
import { apiServerUrl } from './spec.ts';
import type { ClusterSpec } from './spec.ts';

/** The little of the Kubernetes API that running a cluster takes, signed in with a certificate of the cluster. */
export class ClusterApi {
  readonly #base: string;
  readonly #tls: { readonly ca: Buffer; readonly cert: Buffer; readonly key: Buffer };

  constructor(cluster: ClusterSpec, certificate: string) {
    const pki = new CertificateStore(cluster.paths.pki);
    this.#base = apiServerUrl(cluster);
    this.#tls = {
      ca: readFileSync(pki.certificate('ca')),
      cert: readFileSync(pki.certificate(certificate)),
      key: readFileSync(pki.key(certificate)),
    };
  }

  async get<T>(path: string): Promise<T> {
    return JSON.parse(await this.#send('GET', path)) as T;
  }

  /** True once the path answers 200. */
  async answers(path: string): Promise<boolean> {
    await this.#send('GET', path);
    return true;
  }

  async mergePatch(path: string, body: unknown): Promise<void> {
    await this.#send('PATCH', path, JSON.stringify(body));
  }

  #send(method: string, path: string, body?: string): Promise<string> {
    const { promise, resolve, reject } = Promise.withResolvers<string>();
    const headers = body === undefined ? {} : { 'content-type': 'application/merge-patch+json' };
    const call = request(`${this.#base}${path}`, { method, headers, ...this.#tls, timeout: 5000 }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        const text = Buffer.concat(chunks).toString();
        if (response.statusCode === 200) resolve(text);
        else reject(new Error(`${method} ${path}: ${response.statusCode} ${text.slice(0, 300)}`));
      });
    });
    call.on('timeout', () => call.destroy(new Error(`${method} ${path}: no answer within 5 s`)));
    call.on('error', reject);
    call.end(body);
    return promise;
  }
}
