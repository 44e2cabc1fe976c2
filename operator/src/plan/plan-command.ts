import type { KubeConfig } from '@kubernetes/client-node';
import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { ApiClient } from '../runtime/api-client.ts';
import { ApiConnection } from '../runtime/api-connection.ts';
import { readManifests, ManifestError, type Manifest } from './manifests.ts';
import { parsePlanArguments, PLAN_HELP } from './plan-arguments.ts';
import { hasChanges, planText } from './plan-text.ts';
import { plan } from './plan.ts';
import { UsageError } from './usage-error.ts';

/** Exit codes, as those of `kubectl diff`; wrong usage as in sysexits.h. */
const EXIT = { same: 0, different: 1, failed: 2, usage: 64 } as const;
/** Where the chart's instructions install the operator. */
const DEFAULT_OPERATOR_NAMESPACE = 'tick-storm-system';

export interface PlanCommandOptions {
  /** What follows `plan`. */
  readonly args: readonly string[];
  readonly input: NodeJS.ReadableStream;
  readonly out: NodeJS.WritableStream;
  readonly err: NodeJS.WritableStream;
  readonly loadKubeConfig: () => KubeConfig;
  /** As far as they are set. */
  readonly serverImage: string | undefined;
  readonly operatorNamespace: string | undefined;
  /** Whether the operator lets overlays over the pods have host-level fields. */
  readonly allowsHostLevel: boolean;
  readonly defaultImage: string;
  readonly version: string;
}

/** The subcommand `plan`. Resolves to the exit code. */
export async function runPlanCommand(options: PlanCommandOptions): Promise<number> {
  const { out, err } = options;
  try {
    const asked = parsePlanArguments(options.args);
    if (asked === 'help') {
      out.write(PLAN_HELP);
      return EXIT.same;
    }
    const manifests = await readFiles(asked.files, options);
    const config = options.loadKubeConfig();
    const connection = new ApiConnection(config);
    try {
      const result = await plan(manifests, {
        client: ApiClient.over(connection, { userAgent: `tick-storm-operator/${options.version} plan` }),
        namespace: asked.namespace ?? contextNamespace(config),
        serverImage: options.serverImage,
        defaultImage: options.defaultImage,
        allowsHostLevel: options.allowsHostLevel,
        operatorNamespace: options.operatorNamespace ?? DEFAULT_OPERATOR_NAMESPACE,
      });
      out.write(planText(result));
      return hasChanges(result) ? EXIT.different : EXIT.same;
    } finally {
      await connection.close();
    }
  } catch (error) {
    err.write(`plan: ${error instanceof Error ? error.message : String(error)}\n`);
    if (error instanceof UsageError) err.write('Run plan --help for help.\n');
    return error instanceof UsageError ? EXIT.usage : EXIT.failed;
  }
}

function contextNamespace(config: KubeConfig): string {
  return config.getContextObject(config.getCurrentContext())?.namespace ?? 'default';
}

/** The TickStorms in the files; what else is in them is named and passed over. @throws {ManifestError} */
async function readFiles(files: readonly string[], { input, err }: PlanCommandOptions): Promise<Manifest[]> {
  const manifests: Manifest[] = [];
  for (const file of files) {
    const source = file === '-' ? 'standard input' : file;
    const { tickStorms, others } = readManifests(file === '-' ? await text(input) : await readText(file), source);
    if (others.length > 0) err.write(`plan: ${source}: passed over, no TickStorm: ${others.join(', ')}\n`);
    manifests.push(...tickStorms);
  }
  if (manifests.length === 0) throw new ManifestError(`there is no TickStorm in ${files.join(', ')}`);
  return manifests;
}

async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new ManifestError(`cannot read ${file}: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    });
  }
}
