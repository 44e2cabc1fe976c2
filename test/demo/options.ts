import { parseArgs } from 'node:util';

export interface DemoOptions {
  /** Print 20 ticks, tear down, exit. */
  readonly once: boolean;
  /** Leave all running at the end. */
  readonly keep: boolean;
  /** A context of the user's kubeconfig to use instead of a cluster of the demo's own. */
  readonly context: string | undefined;
  /** Where that cluster pulls the images from. */
  readonly registry: string | undefined;
  /** The tag of the images in the registry. */
  readonly tag: string | undefined;
  /** The name of the demo's own cluster. */
  readonly cluster: string;
}

export const usage = `usage: npm run demo [-- OPTION...]

Starts a Kubernetes of its own on this machine, installs the operator, applies examples/demo.yaml and shows its
ticks as a client outside the pods gets them.

  --once            print 20 ticks, tear everything down and exit
  --keep            leave the cluster running at the end; the next demo uses it again
  --context NAME    use the cluster of this kubeconfig context instead; no cluster is built
  --registry PREFIX with --context: pull PREFIX/tick-storm-server and PREFIX/tick-storm-operator
                    (a kind or minikube context needs none: images are built and loaded into it)
  --tag TAG         with --registry: the images' tag (default: the project's version)
  --cluster NAME    the name of the demo's own cluster (default: demo)
  --help`;

/** Wrong command line; the message says what is wrong with which option. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** Undefined when help is asked for. */
export function parseOptions(args: readonly string[]): DemoOptions | undefined {
  const values = parse(args);
  if (values.help === true) return undefined;
  const { context, registry, tag, cluster } = values;
  if (registry !== undefined && context === undefined) throw new UsageError('--registry goes with --context');
  if (tag !== undefined && registry === undefined) throw new UsageError('--tag goes with --registry');
  if (cluster !== undefined && context !== undefined) {
    throw new UsageError('--cluster names a cluster of the demo’s own, --context one of yours: give one of them');
  }
  if (context !== undefined && registry === undefined && loaderOf(context) === undefined) {
    throw new UsageError(
      `the cluster of context "${context}" must pull the images from somewhere: give --registry PREFIX ` +
        '(only contexts of kind, "kind-NAME", and minikube, "minikube", have them loaded)',
    );
  }
  return { once: values.once ?? false, keep: values.keep ?? false, context, registry, tag, cluster: cluster ?? 'demo' };
}

/** How images get into the cluster of a context without a registry: the command for one archive. */
export function loaderOf(context: string): ((archive: string) => readonly string[]) | undefined {
  if (context.startsWith('kind-')) {
    return (archive) => ['kind', 'load', 'image-archive', archive, '--name', context.slice('kind-'.length)];
  }
  if (context === 'minikube') return (archive) => ['minikube', 'image', 'load', archive];
  return undefined;
}

interface Values {
  readonly once?: boolean;
  readonly keep?: boolean;
  readonly context?: string;
  readonly registry?: string;
  readonly tag?: string;
  readonly cluster?: string;
  readonly help?: boolean;
}

function parse(args: readonly string[]): Values {
  try {
    return parseArgs({
      args: [...args],
      options: {
        once: { type: 'boolean' },
        keep: { type: 'boolean' },
        context: { type: 'string' },
        registry: { type: 'string' },
        tag: { type: 'string' },
        cluster: { type: 'string' },
        help: { type: 'boolean', short: 'h' },
      },
    }).values;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}
