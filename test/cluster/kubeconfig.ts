import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import type { CertificateStore } from './certificates.ts';

/** Writes a kubeconfig (readable by its owner only) that signs in with the certificate of that name. */
export async function writeKubeconfig(
  file: string,
  pki: CertificateStore,
  user: { readonly certificate: string; readonly server: string; readonly context: string },
): Promise<void> {
  const base64 = (path: string): string => readFileSync(path).toString('base64');
  const { context } = user;
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [
      {
        name: context,
        cluster: { server: user.server, 'certificate-authority-data': base64(pki.certificate('ca')) },
      },
    ],
    users: [
      {
        name: context,
        user: {
          'client-certificate-data': base64(pki.certificate(user.certificate)),
          'client-key-data': base64(pki.key(user.certificate)),
        },
      },
    ],
    contexts: [{ name: context, context: { cluster: context, user: context } }],
    'current-context': context,
  };
  // JSON is YAML, too.
  await writeFile(file, JSON.stringify(config, undefined, 2), { mode: 0o600 });
}
