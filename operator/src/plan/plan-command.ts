import type { KubeConfig } from '@kubernetes/client-node';
import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { API_VERSION, KIND } from '../api/v1alpha1/group.ts';
import { ApiClient } from '../runtime/api-client.ts';
import { ApiConnection } from '../runtime/api-connection.ts';
import { trusted } from '../runtime/trusted.ts';
import { readManifests, ManifestError, type ManifestFile } from './manifests.ts';
import { failureText } from './failure-text.ts';
import { namesIn, type OperatorSettings } from './operator-settings.ts';
import { parsePlanArguments, PLAN_HELP } from './plan-arguments.ts';
import { hasChanges, planText, printable } from './plan-text.ts';
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
  /** Environment variables that speak of the operator's settings. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly defaultImage: string;
  readonly version: string;
}

/** The subcommand `plan`. Resolves to the exit code. */
export async function runPlanCommand(options: PlanCommandOptions): Promise<number> {
  const { out, err } = options;
  let server: string | undefined;
  try {
    const asked = parsePlanArguments(options.args);
    if (asked === 'help') {
      out.write(PLAN_HELP);
      return EXIT.same;
    }
    const { tickStorms, others } = await readFiles(asked.files, options);
    const config = options.loadKubeConfig();
    server = config.getCurrentCluster()?.server;
    const connection = new ApiConnection(config);
    try {
      const result = await plan(tickStorms, {
        client: ApiClient.over(connection, { userAgent: `tick-storm-operator/${options.version} plan` }),
        namespace: asked.namespace ?? contextNamespace(config),
        settings: settingsFrom(options.environment),
        defaultImage: options.defaultImage,
        others,
      });
      out.write(planText(result));
      return hasChanges(result) ? EXIT.different : EXIT.same;
    } finally {
      await connection.close();
    }
  } catch (error) {
    err.write(`plan: ${printable(failureText(error, server))}\n`);
    if (error instanceof UsageError) err.write('Run plan --help for help.\n');
    return error instanceof UsageError ? EXIT.usage : EXIT.failed;
  }
}

function contextNamespace(config: KubeConfig): string {
  return config.getContextObject(config.getCurrentContext())?.namespace ?? 'default';
}

/** What is said of the operator's settings, as its own pod says it; what is not said is looked for. */
function settingsFrom(variables: PlanCommandOptions['environment']): OperatorSettings {
  const { POD_NAMESPACE, WATCH_NAMESPACES, SERVER_IMAGE, HOST_LEVEL_OVERLAYS } = variables;
  return {
    namespace: POD_NAMESPACE || DEFAULT_OPERATOR_NAMESPACE,
    watchNamespaces: WATCH_NAMESPACES === undefined ? undefined : namesIn(WATCH_NAMESPACES),
    serverImage: SERVER_IMAGE || undefined,
    allowsHostLevel: HOST_LEVEL_OVERLAYS === undefined ? undefined : HOST_LEVEL_OVERLAYS === 'true',
  };
}

/** What is in the files; what is no TickStorm is named and passed over. @throws {ManifestError} */
async function readFiles(files: readonly string[], { input, err }: PlanCommandOptions): Promise<ManifestFile> {
  const read: ManifestFile[] = [];
  const sources: string[] = [];
  for (const file of files) {
    const source = file === '-' ? 'standard input' : file;
    const found = readManifests(file === '-' ? await text(input) : await readText(file), source);
    const names = found.others.map(({ kind, metadata }) => `${kind} ${metadata.name}`).join(', ');
    if (names !== '') err.write(`plan: ${printable(source)}: passed over, no TickStorm: ${printable(names)}\n`);
    read.push(found);
    sources.push(source);
  }
  const tickStorms = read.flatMap((file) => file.tickStorms);
  if (tickStorms.length === 0) {
    throw new ManifestError(
      `there is no TickStorm in ${sources.join(', ')}: a document with apiVersion ${API_VERSION} and kind ${KIND} is needed`,
    );
  }
  return { tickStorms, others: read.flatMap((file) => file.others) };
}

/** Why a file cannot be read, for those whose words say little. */
const UNREADABLE: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EISDIR: 'it is a directory; name the files in it',
  EACCES: 'no right to read it',
};

async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    const { code = '', message } = trusted<NodeJS.ErrnoException>(error);
    throw new ManifestError(`cannot read ${file}: ${UNREADABLE[code] ?? message}`, { cause: error });
  }
}
