/** What a client trusts and shows over TLS; PEM texts, as `node:tls` takes them. */
export interface TlsOptions {
  /** The authorities that may vouch for the server; default: the system's. */
  ca?: string | Buffer | (string | Buffer)[];
  /** The client's certificate, for servers that ask for one … */
  cert?: string | Buffer;
  /** … and its key. */
  key?: string | Buffer;
  /** The name that the server's certificate has to bear; default: the host of the address. */
  servername?: string;
}

/** Gives what the next connection is to use. */
export type TlsSource = () => TlsOptions;

/**
 * @returns undefined for plain TCP
 * @throws RangeError when only one of certificate and key is given
 */
export function resolveTls(tls: boolean | TlsOptions | TlsSource): TlsSource | undefined {
  if (tls === false) return undefined;
  if (typeof tls === 'function') return tls;
  const options = tls === true ? {} : { ...tls };
  if ((options.cert === undefined) !== (options.key === undefined)) {
    throw new RangeError('tls.cert and tls.key belong together: give both or none');
  }
  return () => options;
}
