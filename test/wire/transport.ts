import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ServerProcess } from './server-process.ts';

const run = promisify(execFile);

/** What the rules of the protocol hold over; for describe.each. */
export const TRANSPORTS = ['TCP', 'TLS'] as const;
export type Transport = (typeof TRANSPORTS)[number];

/** Starts a server for a transport; connections that are opened to it use that. */
export async function startServer(
  transport: Transport,
  env: Readonly<Record<string, string>> = {},
): Promise<ServerProcess> {
  if (transport === 'TCP') return ServerProcess.start(env);
  const folder = await mkdtemp(join(tmpdir(), 'tick-tls-'));
  const [key, cert] = [join(folder, 'tls.key'), join(folder, 'tls.crt')];
  const algorithm = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
  const names = ['-subj', '/CN=server', '-addext', 'subjectAltName=IP:127.0.0.1,DNS:localhost'];
  await run('openssl', ['req', '-x509', ...algorithm, ...names, '-days', '2', '-keyout', key, '-out', cert]);
  const server = await ServerProcess.start({ TLS_ENABLED: 'true', TLS_CERT_FILE: cert, TLS_KEY_FILE: key, ...env });
  server.tls = { ca: await readFile(cert) };
  void server.exited.then(() => rm(folder, { recursive: true }));
  return server;
}
