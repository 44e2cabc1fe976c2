import { afterEach, expect, it } from '@jest/globals';
import type { ApiClient } from '../runtime/api-client.ts';
import type { EventRecorder } from '../runtime/event-recorder.ts';
import type { KubeObject } from '../runtime/kube-object.ts';
import { KeepingLogger } from '../runtime/testing/keeping-logger.ts';
import { trusted } from '../runtime/trusted.ts';
import { OPTIONAL_KINDS, TICK_STORM } from './kinds.ts';
import { Operator } from './operator.ts';
import type { Edit } from './testing/object-store.ts';
import { ServedStore } from './testing/served-store.ts';

const declared: KubeObject = {
  apiVersion: TICK_STORM.apiVersion,
  kind: TICK_STORM.kind,
  metadata: { name: 'demo', namespace: 'n', uid: 'uid-demo', resourceVersion: '0', generation: 1 },
  spec: { replicas: 1, autoscaling: { mode: 'Disabled' } },
};

/** A store in which a TickStorm is edited in the moment in which the first write of its status arrives. */
class EditedStore extends ServedStore {
  readonly #edited: Edit;
  #isEdited = false;
  /** Whether the last write was refused, as it met the edit. */
  #isRefused = false;
  readonly #next = new Map<string, (written: KubeObject) => void>();

  constructor(edited: Edit) {
    super();
    this.#edited = edited;
    this.objects.set('TickStorm n/demo', declared);
    for (const kind of Object.keys(OPTIONAL_KINDS)) this.missingKinds.add(kind);
  }

  /** The first object of this kind that is written after the edit, the write aside that met it, and its repetition. */
  async writtenAfterEdit(kind: string): Promise<KubeObject> {
    return await new Promise((resolve) => this.#next.set(kind, resolve));
  }

  override async apply(...request: Parameters<ServedStore['apply']>): Promise<KubeObject> {
    const [type] = request;
    const wasEdited = this.#isEdited;
    const isRepeated = type.kind === 'TickStorm' && this.#isRefused;
    if (type.kind === 'TickStorm' && !wasEdited) {
      this.#isEdited = true;
      this.edit('TickStorm n/demo', this.#edited);
    }
    this.#isRefused = type.kind === 'TickStorm' && !wasEdited;
    const written = await super.apply(...request);
    if (wasEdited && !isRepeated) this.#next.get(type.kind)?.(written);
    return written;
  }
}

const clean: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const step of clean.splice(0)) await step();
});

/** Runs an operator over a store until the test ends. */
function run(store: ServedStore): void {
  const operator = new Operator({
    client: trusted<ApiClient>(store),
    cutOff: new AbortController().signal,
    recorder: trusted<EventRecorder>({ record: () => undefined }),
    logger: new KeepingLogger(),
    namespaces: [],
    version: '1',
    serverImage: 'image:1',
    allowsHostLevel: false,
    operatorNamespace: 'operators',
    workers: 1,
    discoveryMs: 60_000,
  });
  const ending = new AbortController();
  const running = [operator.watch(ending.signal), operator.work(ending.signal)];
  clean.push(async () => {
    await operator.stop();
    ending.abort();
    await Promise.all(running);
  });
}

// The watches are silent: of these edits nothing tells but the answer of the operator's own write.
it('applies at once an edit that its own write of the status has overtaken', async () => {
  const store = new EditedStore({ spec: { ...trusted<object>(declared['spec']), replicas: 3 } });
  const [deployment, status] = [store.writtenAfterEdit('Deployment'), store.writtenAfterEdit('TickStorm')];
  run(store);
  expect(await deployment).toMatchObject({ spec: { replicas: 3 } });
  expect(await status).toMatchObject({ status: { observedGeneration: 2 } });
});

it('obeys at once an annotation that its own write of the status has overtaken', async () => {
  const store = new EditedStore({ metadata: { annotations: { 'tickstorm.io/hibernate': 'true' } } });
  const deployment = store.writtenAfterEdit('Deployment');
  run(store);
  expect(await deployment).toMatchObject({ spec: { replicas: 0 } });
});
