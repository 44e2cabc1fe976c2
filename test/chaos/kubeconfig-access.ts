import { readFileSync } from 'node:fs';

/** How to reach and sign in to an API server by a certificate. */
export interface Access {
  readonly server: string;
  readonly ca: Buffer;
  readonly cert: Buffer;
  readonly key: Buffer;
}

interface Kubeconfig {
  readonly clusters: readonly {
    readonly cluster: { readonly server: string; readonly 'certificate-authority-data': string };
  }[];
  readonly users: readonly {
    readonly user: { readonly 'client-certificate-data': string; readonly 'client-key-data': string };
  }[];
}

/** Reads a kubeconfig of an embedded cluster; it is JSON with everything in it. */
export function readAccess(file: string): Access {
  const { clusters, users } = JSON.parse(readFileSync(file, 'utf8')) as Kubeconfig;
  const { cluster } = clusters[0]!;
  const { user } = users[0]!;
  const decode = (text: string): Buffer => Buffer.from(text, 'base64');
  return {
    server: cluster.server,
    ca: decode(cluster['certificate-authority-data']),
    cert: decode(user['client-certificate-data']),
    key: decode(user['client-key-data']),
  };
}

/** A kubeconfig for plain HTTP at a local port: how an operator signs in through a proxy, which may do that for it. */
export function proxyKubeconfig(port: number, token?: string): object {
  return {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'proxy', cluster: { server: `http://127.0.0.1:${port}`, 'insecure-skip-tls-verify': true } }],
    users: [{ name: 'operator', user: token === undefined ? {} : { token } }],
    contexts: [{ name: 'proxy', context: { cluster: 'proxy', user: 'operator' } }],
    'current-context': 'proxy',
  };
}
