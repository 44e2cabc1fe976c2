import type { Controls } from '../api/v1alpha1/controls.ts';
import type { PodResources } from '../arithmetic/pod-resources.ts';
import { objectNames } from '../builders/names.ts';
import { objectKey, type KubeObject } from '../runtime/kube-object.ts';
import { podInPlace, runningTemplates, templateKeeping } from './deployed-pods.ts';
import type { Cached } from './namespace-views.ts';
import { ownershipFor } from './ownership.ts';

/** What the Deployment of a TickStorm says to those beside it. */
export interface NeighbourPods {
  /** Whether it was left with another template than the spec's. */
  readonly keepsTemplate: (controls: Controls) => boolean;
  /** What its pods declare as they were applied last. */
  readonly inPlace: () => PodResources | undefined;
  /** What its pods were made from, whoever's it is. */
  readonly running: () => readonly PodResources[];
}

interface Known {
  readonly uid: string | undefined;
  readonly version: string;
  readonly pods: NeighbourPods;
}

/**
 * What Deployments say to the TickStorms beside theirs, of which each asks at each of its turns: a Deployment is parsed,
 * and its templates unpacked, once for each of its versions. Kept is what follows, since the Deployments are large.
 */
export class NeighbourDeployments {
  readonly #deployments: Cached;
  /** By uid of the TickStorm. */
  readonly #known = new Map<string, Known>();

  constructor(deployments: Cached) {
    this.#deployments = deployments;
  }

  podsOf(neighbour: KubeObject): NeighbourPods {
    const { cache } = this.#deployments;
    const { namespace = '', name, uid: owner = '' } = neighbour.metadata;
    const key = objectKey(namespace, objectNames(name).deployment);
    const [uid, version] = [cache.uidOf(key), cache.versionOf(key)];
    const known = this.#known.get(owner);
    if (known !== undefined && known.uid === uid && known.version === version) return known.pods;
    const pods = this.#look({ metadata: { name, uid: owner } }, () => cache.getByKey(key));
    if (version === undefined) this.#known.delete(owner);
    else this.#known.set(owner, { uid, version, pods });
    return pods;
  }

  forget(uid: string): void {
    this.#known.delete(uid);
  }

  /** @param read gives the Deployment as it is, of which each version has a look of its own */
  #look(owner: Parameters<typeof ownershipFor>[0], read: () => KubeObject | undefined): NeighbourPods {
    const isOurs = ownershipFor(owner);
    const own = (): KubeObject | undefined => {
      const live = read();
      return live !== undefined && isOurs(live) === 'ours' ? live : undefined;
    };
    const keeping = once(() => templateKeeping(own()));
    return {
      keepsTemplate: (controls) => keeping()(controls),
      inPlace: once(() => podInPlace(own())),
      running: once(() => runningTemplates(read())),
    };
  }
}

/** Asks when it is asked for the first time. */
function once<T>(ask: () => T): () => T {
  let answer: { readonly value: T } | undefined;
  return () => (answer ??= { value: ask() }).value;
}
