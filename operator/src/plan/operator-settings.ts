import { OWNED_KINDS } from '../controller/kinds.ts';
import type { ApiClient } from '../runtime/api-client.ts';
import { hasStatus } from '../runtime/api-error.ts';
import { trusted } from '../runtime/trusted.ts';

/** What of the operator's settings decides what becomes of a TickStorm; undefined: not known. */
export interface OperatorSettings {
  /** Namespace that the operator runs in. */
  readonly namespace: string;
  /** Namespaces that it serves; none: all. */
  readonly watchNamespaces: readonly string[] | undefined;
  /** Image of TickStorms that name none. */
  readonly serverImage: string | undefined;
  /** Whether it lets overlays over the pods have host-level fields. */
  readonly allowsHostLevel: boolean | undefined;
}

/** The operator's Deployment, as the chart labels it whatever it is called. */
const OPERATOR = 'app.kubernetes.io/part-of=tick-storm,app.kubernetes.io/component=operator';

interface DeploymentFields {
  readonly template?: {
    readonly spec?: {
      readonly containers?: readonly {
        readonly name: string;
        readonly env?: readonly { readonly name: string; readonly value?: string }[];
      }[];
    };
  };
}

/** Names in a comma-separated list. */
export const namesIn = (list: string): string[] =>
  list
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');

/** Takes what is not given from the Deployment of the operator, as far as that is there and may be read. */
export async function readOperatorSettings(
  client: Pick<ApiClient, 'list'>,
  given: OperatorSettings,
): Promise<OperatorSettings> {
  const { namespace, watchNamespaces, serverImage, allowsHostLevel } = given;
  if (watchNamespaces !== undefined && serverImage !== undefined && allowsHostLevel !== undefined) return given;
  const found = await environmentOfOperator(client, namespace);
  if (found === undefined) return given;
  return {
    namespace,
    // The chart sets all of them; one that is not there has the default of the program.
    watchNamespaces: watchNamespaces ?? namesIn(found.get('WATCH_NAMESPACES') ?? ''),
    serverImage: serverImage ?? (found.get('SERVER_IMAGE') || undefined),
    allowsHostLevel: allowsHostLevel ?? found.get('HOST_LEVEL_OVERLAYS') === 'true',
  };
}

async function environmentOfOperator(
  client: Pick<ApiClient, 'list'>,
  namespace: string,
): Promise<ReadonlyMap<string, string> | undefined> {
  try {
    const { items } = await client.list(OWNED_KINDS.Deployment, namespace, { labelSelector: OPERATOR });
    const spec = trusted<DeploymentFields | undefined>(items[0]?.['spec']);
    const container = spec?.template?.spec?.containers?.find(({ name }) => name === 'operator');
    return container === undefined
      ? undefined
      : new Map((container.env ?? []).map(({ name, value = '' }) => [name, value]));
  } catch (error) {
    if (hasStatus(error, 403)) return undefined;
    throw error;
  }
}
