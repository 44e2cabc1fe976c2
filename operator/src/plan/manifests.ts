import { LineCounter, parseAllDocuments } from 'yaml';
import { API_VERSION, GROUP, KIND } from '../api/v1alpha1/group.ts';
import { trusted } from '../runtime/trusted.ts';

/** A TickStorm as a file has it: nothing in it is checked but what tells it from others. */
export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string | null;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  readonly [field: string]: unknown;
}

/** Where a manifest was found, such as `demo.yaml:3`. */
export interface FoundManifest {
  readonly manifest: Manifest;
  readonly where: string;
}

/** What a text holds. */
export interface ManifestFile {
  readonly tickStorms: readonly FoundManifest[];
  /** Objects of other kinds. */
  readonly others: readonly Manifest[];
}

/** A file cannot be worked with. */
export class ManifestError extends Error {
  override readonly name = 'ManifestError';
}

/**
 * Reads YAML (or JSON) documents. No message quotes the text: there may be Secrets in it.
 * @param source name of the file, for messages
 * @throws {ManifestError}
 */
export function readManifests(text: string, source: string): ManifestFile {
  const lineCounter = new LineCounter();
  const documents = parseAllDocuments(text, { lineCounter, prettyErrors: false });
  const tickStorms: FoundManifest[] = [];
  const others: Manifest[] = [];
  for (const document of 'empty' in documents ? [] : documents) {
    const { line } = lineCounter.linePos(document.contents?.range?.[0] ?? document.range[0]);
    const [error] = document.errors;
    if (error !== undefined) {
      const at = lineCounter.linePos(error.pos[0]);
      throw new ManifestError(`${source}:${at.line}:${at.col}: not valid YAML: ${error.message.split(':')[0]}`);
    }
    const where = `${source}:${line}`;
    for (const object of objectsIn(valueOf(document, where), where)) {
      const manifest = identified(object, where);
      if (manifest.kind === KIND) tickStorms.push({ manifest, where });
      else others.push(manifest);
    }
  }
  return { tickStorms, others };
}

/** The value of a document. @throws {ManifestError} where aliases make it too large, or have no anchor */
function valueOf(document: { readonly toJS: () => unknown }, where: string): unknown {
  try {
    return document.toJS();
  } catch (error) {
    throw new ManifestError(`${where}: not valid YAML: its aliases cannot be followed`, { cause: error });
  }
}

/** The objects of a document: none in an empty one, several in a List or a TickStormList. @throws {ManifestError} */
function objectsIn(document: unknown, where: string): readonly unknown[] {
  if (document === null || document === undefined) return [];
  const { kind, items } = trusted<{ readonly kind?: unknown; readonly items?: unknown }>(document);
  if (kind !== 'List' && kind !== `${KIND}List`) return [document];
  if (!Array.isArray(items)) throw new ManifestError(`${where}: the ${kind} has no list of items`);
  return items;
}

/** Finds what names the object. @throws {ManifestError} */
function identified(object: unknown, where: string): Manifest {
  const refuse = (what: string): never => {
    throw new ManifestError(`${where}: ${what}`);
  };
  if (typeof object !== 'object' || object === null || Array.isArray(object)) {
    return refuse('not a Kubernetes object: a map with apiVersion, kind and metadata is needed');
  }
  const { apiVersion, kind, metadata } = trusted<Record<string, unknown>>(object);
  if (typeof apiVersion !== 'string') return refuse(`no apiVersion: for a TickStorm it is ${API_VERSION}`);
  if (typeof kind !== 'string') return refuse(`no kind: for a TickStorm it is ${KIND}`);
  const isOfGroup = apiVersion.split('/')[0] === GROUP;
  if (kind === KIND && apiVersion !== API_VERSION) {
    return refuse(`apiVersion ${JSON.stringify(apiVersion)} of kind ${KIND}: ${API_VERSION} is needed`);
  }
  if (isOfGroup && kind !== KIND) return refuse(`kind ${JSON.stringify(kind)} of ${GROUP}: ${KIND} is needed`);
  const { name, namespace, generateName } = trusted<Record<string, unknown>>(metadata ?? {});
  if (name === undefined && generateName !== undefined) {
    return refuse(`the ${kind} has metadata.generateName: only a name can be planned with, give it metadata.name`);
  }
  if (name === undefined || name === null || name === '') return refuse(`the ${kind} has no metadata.name`);
  if (typeof name !== 'string') return refuse('metadata.name must be a string: put it in quotes');
  if (namespace !== undefined && namespace !== null && typeof namespace !== 'string') {
    return refuse('metadata.namespace must be a string: put it in quotes');
  }
  return trusted<Manifest>(object);
}
