import { z } from 'zod';
import { asSet, withRules } from './markers.ts';
import { objectName } from './object-name.ts';

/** TLS on the client port. */
export const tls = withRules(
  z.object({
    mode: z
      .enum(['Disabled', 'Secret', 'CertManager'])
      .default('Disabled')
      .describe(
        'Disabled: plain TCP. Secret: TLS with the certificate in secretRef. CertManager: TLS with a certificate that ' +
          'cert-manager issues into NAME-tls.',
      ),
    secretRef: z
      .object({ name: objectName('Name of a Secret in the same namespace with the keys tls.crt and tls.key.') })
      .optional()
      .describe('Certificate and key of your own, for mode Secret.'),
    issuerRef: z
      .object({
        name: objectName('Name of the issuer.'),
        kind: z.enum(['Issuer', 'ClusterIssuer']).default('Issuer').describe('Kind of the issuer.'),
      })
      .optional()
      .describe("cert-manager's issuer, for mode CertManager."),
    dnsNames: asSet(
      z
        .array(
          z
            .string()
            .min(1)
            .max(253)
            .regex(/^(\*\.)?[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/),
        )
        .max(32),
    )
      .default([])
      .describe('Names that clients use beside those of the Services, for mode CertManager.'),
  }),
  [
    {
      rule: `(self.mode == 'Secret') == has(self.secretRef)`,
      message: 'secretRef must be set with mode Secret, and with no other',
      fieldPath: '.secretRef',
    },
    {
      rule: `(self.mode == 'CertManager') == has(self.issuerRef)`,
      message: 'issuerRef must be set with mode CertManager, and with no other',
      fieldPath: '.issuerRef',
    },
    {
      rule: `self.mode == 'CertManager' || size(self.dnsNames) == 0`,
      message: 'dnsNames needs mode CertManager: a certificate of your own has its names',
      fieldPath: '.dnsNames',
    },
  ],
)
  .describe(
    'TLS on the client port. Pods take a renewed certificate over once the kubelet has brought it, without a restart and without a dropped connection.',
  )
  .prefault({});
