import { isDeepStrictEqual } from 'node:util';
import { ApiError } from '../../runtime/api-error.ts';
import type { KubeObject, ManagedFieldsEntry } from '../../runtime/kube-object.ts';
import type { ResourceType } from '../../runtime/resource-type.ts';
import { uidRefusal } from '../../runtime/testing/uid-refusal.ts';
import { trusted } from '../../runtime/trusted.ts';

type Fields = Readonly<Record<string, unknown>>;

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A merge patch (RFC 7396): null removes a field. */
function merged(known: unknown, patch: Fields): Fields {
  const entries: Record<string, unknown> = isFields(known) ? { ...known } : {};
  for (const [name, value] of Object.entries(patch)) {
    if (value === null) delete entries[name];
    else entries[name] = isFields(value) ? merged(entries[name], value) : value;
  }
  return entries;
}

/**
 * What the generation counts: the spec, neither the status nor metadata; of a Deployment its annotations too, by which
 * its controller learns of them. Objects without a spec have none.
 */
function declarationOf({ kind, metadata, spec }: KubeObject): unknown {
  return kind === 'Deployment' ? [spec, metadata.annotations ?? {}] : spec;
}

/**
 * The records after a forced apply of this manager, which owns the fields of the spec that it gives; who set the same
 * before owns them too. Only of an object whose records a test has set: else there are none.
 */
function recordsAfter(
  records: readonly ManagedFieldsEntry[] | undefined,
  manager: string,
  spec: unknown,
): readonly ManagedFieldsEntry[] | undefined {
  const fields = Object.fromEntries(Object.keys(isFields(spec) ? spec : {}).map((name) => [`f:${name}`, {}]));
  return records?.map((entry) =>
    entry.manager === manager && entry.operation === 'Apply' ? { ...entry, fieldsV1: { 'f:spec': fields } } : entry,
  );
}

/** What is changed of an object. */
export interface Edit extends Readonly<Record<string, unknown>> {
  readonly metadata?: Partial<KubeObject['metadata']>;
}

interface ApplyParameters {
  readonly subresource?: string;
  readonly isCreate?: boolean;
  readonly fieldManager?: string;
}

/** Stores what it is told, as the API server would, as far as a reconcile looks. */
export class ObjectStore {
  readonly objects = new Map<string, KubeObject>();
  version = 0;
  /** Kinds that are not served. */
  readonly missingKinds = new Set<string>();

  async get(type: ResourceType, namespace: string, name: string): Promise<KubeObject | undefined> {
    return this.objects.get(`${type.kind} ${namespace}/${name}`);
  }

  async apply(
    type: ResourceType,
    namespace: string,
    name: string,
    body: unknown,
    { subresource, isCreate = false, fieldManager = '' }: ApplyParameters = {},
  ): Promise<KubeObject> {
    if (this.missingKinds.has(type.kind)) throw new ApiError('apply', 404, '{}');
    const given = trusted<KubeObject>(body);
    const key = `${type.kind} ${namespace}/${name}`;
    const known = this.objects.get(key);
    if (subresource === 'status') {
      const { resourceVersion = known?.metadata.resourceVersion } = given.metadata;
      if (known !== undefined && resourceVersion !== known.metadata.resourceVersion)
        throw new ApiError('apply', 409, '{}');
      // Of a custom resource it takes the status and nothing else: another uid keeps it from nothing.
      return this.edit(key, { status: given['status'] });
    }
    if (known === undefined && given.metadata.uid !== undefined && !isCreate) throw new ApiError('apply', 409, '{}');
    const managedFields = recordsAfter(known?.metadata.managedFields, fieldManager, given['spec']);
    const metadata = {
      ...(known?.metadata ?? { uid: `uid-${name}` }),
      ...given.metadata,
      ...(managedFields && { managedFields }),
    };
    return this.#write(key, { ...known, ...given, metadata });
  }

  async create(type: ResourceType, namespace: string, body: unknown): Promise<KubeObject> {
    const { name } = trusted<KubeObject>(body).metadata;
    if (this.objects.has(`${type.kind} ${namespace}/${name}`)) throw new ApiError('create', 409, '{}');
    // With the uid that a test wants: of a real server each has one of its own.
    return await this.apply(type, namespace, name, body, { isCreate: true });
  }

  async mergePatch(type: ResourceType, namespace: string, name: string, body: unknown): Promise<KubeObject> {
    const key = `${type.kind} ${namespace}/${name}`;
    const known = this.objects.get(key);
    if (known === undefined) throw new ApiError('patch', 404, '{}');
    return this.#write(key, trusted<KubeObject>(merged(known, trusted<Fields>(body))));
  }

  async delete(type: ResourceType, namespace: string, name: string): Promise<void> {
    this.objects.delete(`${type.kind} ${namespace}/${name}`);
  }

  /** Changes an object as somebody else does: fields are replaced, and of its metadata those that are given. */
  edit(key: string, { metadata, ...fields }: Edit): KubeObject {
    const known = this.objects.get(key);
    if (known === undefined) throw new ApiError(key, 404, '{}');
    return this.#write(key, { ...known, ...fields, metadata: { ...known.metadata, ...metadata } });
  }

  #write(key: string, next: KubeObject): KubeObject {
    const known = this.objects.get(key);
    if (known !== undefined) {
      if (next.metadata.resourceVersion !== known.metadata.resourceVersion) throw new ApiError('write', 409, '{}');
      if (next.metadata.uid !== known.metadata.uid) throw uidRefusal('write', next.metadata.uid ?? '');
    }
    this.version += 1;
    const isSame = known !== undefined && isDeepStrictEqual(declarationOf(known), declarationOf(next));
    const generation = (known?.metadata.generation ?? 0) + (isSame ? 0 : 1);
    const isCounted = next['spec'] !== undefined;
    const metadata = { ...next.metadata, resourceVersion: `${this.version}`, ...(isCounted && { generation }) };
    const stored = { ...next, metadata };
    this.objects.set(key, stored);
    return stored;
  }
}
