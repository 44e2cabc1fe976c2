import { execFile } from 'node:child_process';
import { copyFile, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const NEW_KEY = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];

/** A self-signed authority in a folder of its own: `ca.crt` and `ca.key`, and what it signs. */
export class TestAuthority {
  readonly #folder: string;

  private constructor(folder: string) {
    this.#folder = folder;
  }

  static async create(): Promise<TestAuthority> {
    const authority = new TestAuthority(await mkdtemp(join(tmpdir(), 'tick-tls-')));
    const { file } = authority;
    const self = ['-days', '9', '-subj', '/CN=test authority'];
    await run('openssl', ['req', '-x509', ...NEW_KEY, '-keyout', file('ca.key'), '-out', file('ca.crt'), ...self]);
    await writeFile(file('names'), 'subjectAltName=IP:127.0.0.1,DNS:localhost\n');
    return authority;
  }

  readonly file = (name: string): string => join(this.#folder, name);

  /** Makes NAME.key and NAME.crt for this machine, with NAME as its common name. */
  async issue(name: string, days = 2): Promise<void> {
    const { file } = this;
    const request = ['-keyout', file(`${name}.key`), '-out', file(`${name}.csr`), '-subj', `/CN=${name}`];
    await run('openssl', ['req', ...NEW_KEY, ...request]);
    const signing = ['-CA', file('ca.crt'), '-CAkey', file('ca.key'), '-CAcreateserial', '-extfile', file('names')];
    const files = ['-in', file(`${name}.csr`), '-out', file(`${name}.crt`)];
    await run('openssl', ['x509', '-req', ...files, ...signing, '-days', String(days)]);
  }

  /** Puts copies of NAME's files in the place of AS's, each at once. */
  async install(name: string, as: string, ...extensions: string[]): Promise<void> {
    for (const extension of extensions.length > 0 ? extensions : ['crt', 'key']) {
      await this.take(this, `${name}.${extension}`, `${as}.${extension}`);
    }
  }

  /** Puts a copy of another one's file in the place of one of ours, at once. */
  async take(other: TestAuthority, name: string, as: string): Promise<void> {
    await copyFile(other.file(name), this.file('copy'));
    await rename(this.file('copy'), this.file(as));
  }

  remove(): Promise<void> {
    return rm(this.#folder, { recursive: true });
  }
}
