import { LineCounter, parseAllDocuments } from 'yaml';
import { API_VERSION, GROUP, KIND } from '../api/v1alpha1/group.ts';
import { trusted } from '../runtime/trusted.ts';

/** A TickStorm as a file has it: nothing in it is checked but what tells it from others. */
export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  readonly [field: string]: unknown;
}

/** What a text holds. */
export interface ManifestFile {
  readonly tickStorms: readonly Manifest[];
  /** Objects of other kinds, such as `Namespace demo`. */
  readonly others: readonly string[];
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
  const tickStorms: Manifest[] = [];
  const others: string[] = [];
  for (const document of 'empty' in documents ? [] : documents) {
    const { line } = lineCounter.linePos(document.contents?.range?.[0] ?? document.range[0]);
    const [error] = document.errors;
    if (error !== undefined) {
      const at = lineCounter.linePos(error.pos[0]);
      throw new ManifestError(`${source}:${at.line}:${at.col}: not valid YAML: ${error.message.split(':')[0]}`);
    }
    for (const object of objectsIn(document.toJS())) {
      const manifest = identified(object, `${source}:${line}`);
      if (manifest.kind === KIND && manifest.apiVersion.split('/')[0] === GROUP) tickStorms.push(manifest);
      else others.push(`${manifest.kind} ${manifest.metadata.name}`);
    }
  }
  return { tickStorms, others };
}

/** The objects of a document: none in an empty one, several in a List. */
function objectsIn(document: unknown): readonly unknown[] {
  if (document === null || document === undefined) return [];
  const { kind, items } = trusted<{ readonly kind?: unknown; readonly items?: unknown }>(document);
  return kind === 'List' && Array.isArray(items) ? items : [document];
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
  if (kind === KIND && apiVersion !== API_VERSION) {
    return refuse(`apiVersion ${JSON.stringify(apiVersion)} of kind ${KIND}: ${API_VERSION} is needed`);
  }
  const { name, namespace } = trusted<Record<string, unknown>>(metadata ?? {});
  if (typeof name !== 'string' || name === '') return refuse(`the ${kind} has no metadata.name`);
  if (namespace !== undefined && typeof namespace !== 'string') return refuse(`metadata.namespace must be a string`);
  return trusted<Manifest>(object);
}
