import { randomBytes, X509Certificate } from 'node:crypto';
import type { ConfigProblem } from '../config/config-problem.ts';
import { formatProblem } from '../config/config-problem.ts';
import type { TlsSettings } from '../config/server-config.ts';
import type { TlsFiles } from '../config/tls-files.ts';
import { readTlsFiles } from '../config/tls-files.ts';
import { WatchedFiles } from '../config/watched-files.ts';
import type { TlsMaterial } from '../link/process-message.ts';
import type { Logger } from '../ops/logger.ts';
import type { WorkerRoster } from './worker-roster.ts';

/** A ticket key is used this long; tickets that are older are good for a full handshake. */
const TICKET_KEY_MS = 3_600_000;
const TICKET_SECRET_BYTES = 32;

/**
 * Keeps what all workers need for TLS: the last files that were valid, for workers that are started later too,
 * and a secret for session tickets, so that a session is resumed whichever worker accepts.
 */
export class TlsKeeper {
  readonly #settings: TlsSettings;
  readonly #watched: WatchedFiles;
  #files: TlsFiles | undefined;
  #ticketKeys: string = newTicketKeys();

  constructor(settings: TlsSettings) {
    this.#settings = settings;
    const { certFile, keyFile, caFile, clientAuth } = settings;
    this.#watched = new WatchedFiles(clientAuth === 'none' ? [certFile, keyFile] : [certFile, keyFile, caFile]);
  }

  /** Reads the files. @returns what is wrong with them */
  read(): ConfigProblem[] {
    this.#watched.start();
    const files = readTlsFiles(this.#settings);
    if ('problems' in files) return files.problems;
    this.#files = files;
    return [];
  }

  /** For the workers. @throws Error before the files were read */
  get material(): TlsMaterial {
    if (!this.#files) throw new Error('the certificate files were not read');
    return { ...this.#files, ticketKeys: this.#ticketKeys };
  }

  /** When the server's certificate ends to be valid, unix ms. */
  get expiryMs(): number {
    return new X509Certificate(this.material.cert).validToDate.getTime();
  }

  /** Gives the workers every change of the files, and another ticket key now and then; no connection notices. */
  watch(workers: Pick<WorkerRoster, 'broadcast'>, logger: Logger): void {
    const give = (): void => workers.broadcast({ type: 'tls', material: this.material });
    this.#watched.watch(() => {
      const problems = this.read();
      if (problems.length > 0) {
        const problem = problems.map(formatProblem).join('; ');
        logger.error('the certificate files are not valid; the old certificates stay', { problem });
        return;
      }
      give();
      logger.info('certificates changed', { valid_until: new Date(this.expiryMs).toISOString() });
    });
    setInterval(() => {
      this.#ticketKeys = newTicketKeys();
      give();
    }, TICKET_KEY_MS).unref();
  }
}

function newTicketKeys(): string {
  return randomBytes(TICKET_SECRET_BYTES).toString('base64');
}
