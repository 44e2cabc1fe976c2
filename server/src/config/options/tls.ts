import { flag, oneOf, text } from '../fields.ts';
import type { OptionTable } from '../option.ts';

/** TLS for clients. */
export const tlsOptions = {
  TLS_ENABLED: {
    default: 'false',
    value: flag(),
    reload: 'restart',
    meaning: 'TLS for clients.',
    tickStorm: '`tls.mode`',
  },
  TLS_MIN_VERSION: {
    default: '1.3',
    value: oneOf('1.3', '1.2'),
    reload: 'restart',
    meaning: 'Lowest version that is spoken.',
    tickStorm: '',
  },
  TLS_CERT_FILE: {
    default: '',
    value: text(4_096),
    reload: 'restart',
    meaning: 'PEM file of the certificate and its chain. This and the next two are read again when they change.',
    tickStorm: '`tls`',
  },
  TLS_KEY_FILE: {
    default: '',
    value: text(4_096),
    reload: 'restart',
    meaning: 'PEM file of the key.',
    tickStorm: '`tls`',
  },
  TLS_CLIENT_AUTH: {
    default: 'none',
    value: oneOf('none', 'request', 'require'),
    reload: 'restart',
    meaning: 'Whether clients must have a certificate of their own.',
    tickStorm: '',
  },
  TLS_CA_FILE: {
    alias: 'TLS_CLIENT_CA_FILE',
    default: '',
    value: text(4_096),
    reload: 'restart',
    meaning: 'PEM file of those who may sign client certificates.',
    tickStorm: '',
  },
} as const satisfies OptionTable;
