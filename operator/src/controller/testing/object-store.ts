import { ApiError } from '../../runtime/api-error.ts';
import type { KubeObject } from '../../runtime/kube-object.ts';
import type { ResourceType } from '../../runtime/resource-type.ts';
import { trusted } from '../../runtime/trusted.ts';

/** Stores what it is told, as the API server would, as far as a reconcile looks. */
export class ObjectStore {
  readonly objects = new Map<string, KubeObject>();
  version = 0;
  /** Kinds that are not served. */
  readonly missingKinds = new Set<string>();

  async get(type: ResourceType, namespace: string, name: string): Promise<KubeObject | undefined> {
    return this.objects.get(`${type.kind} ${namespace}/${name}`);
  }

  async apply(type: ResourceType, namespace: string, name: string, body: unknown): Promise<KubeObject> {
    if (this.missingKinds.has(type.kind)) throw new ApiError('apply', 404, '{}');
    this.version += 1;
    const given = trusted<KubeObject>(body);
    const known = this.objects.get(`${type.kind} ${namespace}/${name}`);
    const version = given.metadata.resourceVersion;
    if (known !== undefined && version !== undefined && version !== known.metadata.resourceVersion) {
      throw new ApiError('apply', 409, '{}');
    }
    const isSame = JSON.stringify(known?.['spec']) === JSON.stringify(given['spec'] ?? known?.['spec']);
    const generation = (known?.metadata.generation ?? 0) + (isSame ? 0 : 1);
    const resourceVersion = `${this.version}`;
    const metadata = { uid: `uid-${name}`, ...known?.metadata, ...given.metadata, generation, resourceVersion };
    const stored = { ...known, ...given, metadata };
    this.objects.set(`${type.kind} ${namespace}/${name}`, stored);
    return stored;
  }

  async create(type: ResourceType, namespace: string, body: unknown): Promise<KubeObject> {
    const { name } = trusted<KubeObject>(body).metadata;
    if (this.objects.has(`${type.kind} ${namespace}/${name}`)) throw new ApiError('create', 409, '{}');
    return await this.apply(type, namespace, name, body);
  }

  async mergePatch(type: ResourceType, namespace: string, name: string, body: unknown): Promise<KubeObject> {
    const known = this.objects.get(`${type.kind} ${namespace}/${name}`);
    const version = trusted<{ metadata?: { resourceVersion?: string } }>(body).metadata?.resourceVersion;
    if (version !== undefined && version !== known?.metadata.resourceVersion) throw new ApiError('patch', 409, '{}');
    const spec = { ...trusted<object>(known?.['spec']), ...trusted<{ spec?: object }>(body).spec };
    return await this.apply(type, namespace, name, { ...known, spec });
  }

  async delete(type: ResourceType, namespace: string, name: string): Promise<void> {
    this.objects.delete(`${type.kind} ${namespace}/${name}`);
  }
}
