import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createSecureContext } from 'node:tls';
import type { ConfigProblem } from './config-problem.ts';
import type { TlsSettings } from './server-config.ts';

/** Contents of the PEM files. */
export interface TlsFiles {
  cert: string;
  key: string;
  /** Who may sign client certificates; undefined = client certificates are not asked for. */
  ca: string | undefined;
}

/**
 * Reads the certificate files and checks that they belong together.
 * @returns the contents, or what is wrong
 */
export function readTlsFiles(settings: TlsSettings): TlsFiles | { problems: ConfigProblem[] } {
  const problems: ConfigProblem[] = [];
  const read = (name: string, path: string): string => {
    try {
      return readFileSync(path, 'utf8');
    } catch (error) {
      problems.push({ name, value: path, allowed: `the path of a readable PEM file (${messageOf(error)})` });
      return '';
    }
  };
  const cert = read('TLS_CERT_FILE', settings.certFile);
  const key = read('TLS_KEY_FILE', settings.keyFile);
  const ca = settings.clientAuth === 'none' ? undefined : read('TLS_CA_FILE', settings.caFile);
  if (problems.length > 0) return { problems };
  try {
    createSecureContext({ cert, key, ca });
    void new X509Certificate(cert);
  } catch (error) {
    const allowed = `a PEM certificate with its key in TLS_KEY_FILE (${messageOf(error)})`;
    return { problems: [{ name: 'TLS_CERT_FILE', value: settings.certFile, allowed }] };
  }
  if (ca) {
    // A context takes any bytes as CA and then trusts nobody.
    try {
      void new X509Certificate(ca);
    } catch (error) {
      const allowed = `the path of a file with at least one PEM certificate (${messageOf(error)})`;
      return { problems: [{ name: 'TLS_CA_FILE', value: settings.caFile, allowed }] };
    }
  }
  return { cert, key, ca };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
