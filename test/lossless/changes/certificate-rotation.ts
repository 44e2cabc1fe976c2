import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { connect } from 'node:tls';
import { waitFor } from '../../cluster/wait.ts';
import type { TestAuthority } from '../../wire/test-authority.ts';
import { nudge, podsOf, type Bed } from '../bed.ts';
import type { Change } from '../change.ts';

/** A kubelet that is not nudged looks at Secrets about once a minute. */
const PATIENCE_MS = 180_000;

/** Puts a certificate of the authority with this common name into a Secret. */
export async function putCertificate(
  { kubectl, namespace }: Pick<Bed, 'kubectl' | 'namespace'>,
  authority: TestAuthority,
  secret: string,
  commonName: string,
): Promise<void> {
  await authority.issue(commonName);
  const read = (extension: string): Promise<string> => readFile(authority.file(`${commonName}.${extension}`), 'base64');
  const data = { 'tls.crt': await read('crt'), 'tls.key': await read('key') };
  const object = {
    apiVersion: 'v1',
    kind: 'Secret',
    type: 'kubernetes.io/tls',
    metadata: { name: secret, namespace },
    data,
  };
  await kubectl.apply(object);
}

/** A new certificate for the TickStorm that speaks TLS; over when every pod shows it to new clients. */
export function certificateRotation(authority: TestAuthority, service: string, secret: string): Change {
  return {
    name: 'certificate rotation',
    run: async (bed) => {
      const commonName = `ledger-${Date.now()}`;
      await putCertificate(bed, authority, secret, commonName);
      await nudge(bed, service);
      const ca = await readFile(authority.file('ca.crt'));
      for (const { metadata, status } of await podsOf(bed, service)) {
        await waitFor(async () => (await shownBy(status.podIP!, ca)) === commonName, {
          what: `pod ${metadata.name} to show the new certificate`,
          timeoutMs: PATIENCE_MS,
          intervalMs: 2_000,
          signal: bed.signal,
        });
      }
    },
  };
}

async function shownBy(host: string, ca: Buffer): Promise<unknown> {
  const socket = connect({ host, port: 8080, ca, servername: 'localhost' });
  try {
    await once(socket, 'secureConnect');
    return socket.getPeerCertificate().subject.CN;
  } finally {
    socket.destroy();
  }
}
