import { KubeConfig } from '@kubernetes/client-node';
import { existsSync } from 'node:fs';
import { delimiter } from 'node:path';

/** Where the way to the API server may be described, in this order. */
export interface KubeConfigSources {
  /** Value of KUBECONFIG: one or more files, separated as in PATH. */
  readonly kubeconfig: string | undefined;
  /** The user's own file, `~/.kube/config`. */
  readonly homeFile: string;
  /** Token of the pod's ServiceAccount; it is there inside a cluster only. */
  readonly tokenFile: string;
}

export type KubeConfigResult =
  { readonly ok: true; readonly config: KubeConfig } | { readonly ok: false; readonly problem: string };

/**
 * Finds the API server as kubectl does. Unlike client-node's loadFromDefault it does not fall back to
 * http://localhost:8080: nobody listens there, and the operator would try for ever.
 */
export function loadKubeConfig(sources: KubeConfigSources): KubeConfigResult {
  const files = (sources.kubeconfig ?? '').split(delimiter).filter((file) => file !== '');
  if (files.length === 0 && existsSync(sources.homeFile)) files.push(sources.homeFile);
  try {
    if (files.length > 0) return usable(readFiles(files), files.join(delimiter));
    if (existsSync(sources.tokenFile)) {
      const config = new KubeConfig();
      config.loadFromCluster();
      return usable(config, "the pod's ServiceAccount");
    }
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    return { ok: false, problem: `no usable kubeconfig: ${files.join(delimiter)}: ${text}` };
  }
  const problem =
    `no kubeconfig: KUBECONFIG is not set, there is no file ${sources.homeFile}, and this is no pod ` +
    `(there is no ${sources.tokenFile}); set KUBECONFIG to the file of the cluster to work in`;
  return { ok: false, problem };
}

function readFiles(files: readonly string[]): KubeConfig {
  const [config = new KubeConfig(), ...others] = files.map((file) => {
    const loaded = new KubeConfig();
    loaded.loadFromFile(file);
    return loaded;
  });
  for (const other of others) config.mergeConfig(other);
  return config;
}

/** Finds at the start what would otherwise fail every request. */
function usable(config: KubeConfig, source: string): KubeConfigResult {
  const refuse = (what: string): KubeConfigResult => ({
    ok: false,
    problem: `no usable kubeconfig: ${source}: ${what}`,
  });
  const context = config.getCurrentContext();
  const cluster = config.getCurrentCluster();
  if (!context) return refuse('it has no current-context');
  if (cluster === null) return refuse(`its current-context "${context}" names no cluster that is in it`);
  if (!/^https?:$/.test(URL.parse(cluster.server)?.protocol ?? '')) {
    return refuse(`the server of cluster "${cluster.name}" must be a URL such as https://192.0.2.1:6443`);
  }
  if (cluster.server.startsWith('http:') && !cluster.skipTLSVerify) {
    return refuse(`cluster "${cluster.name}" is reached by plain HTTP, which needs insecure-skip-tls-verify: true`);
  }
  const user = config.getCurrentUser();
  for (const file of [cluster.caFile, user?.certFile, user?.keyFile]) {
    if (file !== undefined && file !== '' && !existsSync(file))
      return refuse(`it names the file ${file}, which does not exist`);
  }
  return { ok: true, config };
}
