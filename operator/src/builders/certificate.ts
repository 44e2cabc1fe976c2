import type { TickStorm } from '../api/v1alpha1/tick-storm.ts';
import { ownedMetadata } from './metadata.ts';
import { objectNames } from './names.ts';
import type { AppliedObject } from './object.ts';

/** Name of the Secret with the certificate that the pods serve; undefined without TLS. */
export function tlsSecretName({ metadata, spec: { tls } }: TickStorm): string | undefined {
  if (tls.mode === 'Disabled') return undefined;
  return tls.secretRef?.name ?? objectNames(metadata.name).certificate;
}

/** What cert-manager is to issue. Undefined without it. */
export function buildCertificate(tickStorm: TickStorm): AppliedObject | undefined {
  const { mode, issuerRef, dnsNames } = tickStorm.spec.tls;
  if (mode !== 'CertManager' || issuerRef === undefined) return undefined;
  const { name, namespace } = tickStorm.metadata;
  const { certificate, service, headlessService } = objectNames(name);
  const local = [
    `${service}.${namespace}.svc`,
    `${headlessService}.${namespace}.svc`,
    `*.${headlessService}.${namespace}.svc`,
  ];
  return {
    apiVersion: 'cert-manager.io/v1',
    kind: 'Certificate',
    metadata: ownedMetadata(tickStorm, certificate),
    spec: {
      secretName: certificate,
      dnsNames: [...local, ...dnsNames],
      issuerRef: { name: issuerRef.name, kind: issuerRef.kind, group: 'cert-manager.io' },
      usages: ['digital signature', 'key encipherment', 'server auth'],
      privateKey: { rotationPolicy: 'Always' },
    },
  };
}
