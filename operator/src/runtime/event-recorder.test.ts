import { describe, expect, it } from '@jest/globals';
import { ApiError } from './api-error.ts';
import { EventRecorder } from './event-recorder.ts';
import type { KubeObject } from './kube-object.ts';
import { KeepingLogger } from './testing/keeping-logger.ts';
import { trusted } from './trusted.ts';

const regarding: KubeObject = {
  apiVersion: 'example.io/v1',
  kind: 'Widget',
  metadata: { name: 'a', namespace: 'n', uid: 'uid-a', resourceVersion: '7' },
};
const note = { type: 'Normal', reason: 'Created', action: 'Create', note: 'Created it' } as const;

function recorder(failPatches = false, instance = 'pod-1', refusal?: ApiError) {
  const calls: { verb: string; body: Record<string, unknown> }[] = [];
  const clock = { nowMs: Date.UTC(2030, 0, 1) };
  const logger = new KeepingLogger();
  const events = new EventRecorder({
    client: {
      create: async (_type, _namespace, body) => {
        if (refusal !== undefined) throw refusal;
        calls.push({ verb: 'create', body: trusted(body) });
        return regarding;
      },
      mergePatch: async (_type, _namespace, _name, body) => {
        if (failPatches) throw new ApiError('patch', 404, '{}');
        calls.push({ verb: 'patch', body: trusted(body) });
        return regarding;
      },
    },
    controller: 'example.io/operator',
    instance,
    logger,
    now: () => clock.nowMs,
    monotonicNow: () => clock.nowMs,
  });
  return { events, calls, clock, logger };
}

describe('EventRecorder', () => {
  it('writes an event as the API wants it', async () => {
    const { events, calls } = recorder();
    events.record(regarding, note);
    await events.flush();
    expect(calls).toHaveLength(1);
    expect(calls[0]!.body).toMatchObject({
      apiVersion: 'events.k8s.io/v1',
      eventTime: '2030-01-01T00:00:00.000000Z',
      reportingController: 'example.io/operator',
      reportingInstance: 'pod-1',
      regarding: { kind: 'Widget', name: 'a', uid: 'uid-a' },
      ...note,
    });
  });

  it('shortens the name of a process that the API would refuse', async () => {
    const { events, calls } = recorder(false, 'p'.repeat(253));
    events.record(regarding, note);
    await events.flush();
    expect(calls[0]!.body['reportingInstance']).toBe('p'.repeat(128));
  });

  it('counts repetitions in one event, and starts a new one after a while', async () => {
    const { events, calls, clock } = recorder();
    for (let repetition = 0; repetition < 3; repetition += 1) {
      events.record(regarding, note);
      await events.flush();
    }
    expect(calls.map(({ verb }) => verb)).toEqual(['create', 'patch', 'patch']);
    expect(calls[2]!.body).toMatchObject({ series: { count: 3 } });
    clock.nowMs += 7 * 60_000;
    events.record(regarding, note);
    events.record(regarding, { ...note, note: 'Something else' });
    await events.flush();
    expect(calls.slice(3).map(({ verb }) => verb)).toEqual(['create', 'create']);
  });

  it('writes the event anew when it has aged out', async () => {
    const { events, calls } = recorder(true);
    events.record(regarding, note);
    await events.flush();
    events.record(regarding, note);
    await events.flush();
    expect(calls.map(({ verb }) => verb)).toEqual(['create', 'create']);
  });

  it.each([
    ['warn: an event was not recorded', 'a right is missing', 403, { reason: 'Forbidden' }],
    ['debug: an event has lost its namespace', 'it is gone', 404, { details: { kind: 'namespaces' } }],
    [
      'debug: an event has lost its namespace',
      'it goes',
      403,
      { details: { causes: [{ reason: 'NamespaceTerminating' }] } },
    ],
  ])('says "%s" where %s', async (line, _, status, body) => {
    const { events, logger } = recorder(false, 'pod-1', new ApiError('create', status, JSON.stringify(body)));
    events.record(regarding, note);
    await events.flush();
    expect(logger.lines).toEqual([line]);
  });

  it('cuts what is too long, and drops what is too much', async () => {
    const { events, calls, logger } = recorder();
    const about = (index: number): KubeObject => ({ ...regarding, metadata: { name: 'a', uid: `uid-${index}` } });
    for (let index = 0; index < 150; index += 1) events.record(about(index), { ...note, note: 'x'.repeat(2_000) });
    await events.flush();
    expect(calls).toHaveLength(100);
    expect(String(calls[0]!.body['note']).length).toBe(1_024);
    expect(logger.lines).toHaveLength(50);
  });

  it.each([
    ['two bytes each', 'x' + 'ü'.repeat(600), 1_023],
    ['four bytes each', 'xy' + '😀'.repeat(300), 1_022],
    ['a limit that is just kept', 'é'.repeat(512), 1_024],
  ])('counts bytes where a note has characters of %s, and cuts none in two', async (_, text, length) => {
    const { events, calls } = recorder();
    events.record(regarding, { ...note, note: text });
    await events.flush();
    const written = String(calls[0]!.body['note']);
    expect(Buffer.byteLength(written)).toBe(length);
    expect(text.startsWith(written)).toBe(true);
  });

  it.each([
    ['is long', 'a'.repeat(253)],
    ['is none that an event may have', 'system:node'],
  ])('finds a name for the event of an object whose name %s', async (_, name) => {
    const { events, calls } = recorder();
    events.record({ ...regarding, metadata: { ...regarding.metadata, name } }, note);
    await events.flush();
    const { metadata } = trusted<KubeObject>(calls[0]!.body);
    expect(metadata.name).toMatch(/^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/);
    expect(calls[0]!.body).toMatchObject({ regarding: { name } });
  });

  it('puts the event of an object that is in no namespace into "default", and says that the object is in none', async () => {
    const { events, calls } = recorder();
    events.record({ apiVersion: 'v1', kind: 'Node', metadata: { name: 'node-1', uid: 'u' } }, note);
    await events.flush();
    const { metadata, regarding: about } = trusted<KubeObject & { regarding: object }>(calls[0]!.body);
    expect(metadata.namespace).toBe('default');
    expect(JSON.parse(JSON.stringify(about))).toEqual({ apiVersion: 'v1', kind: 'Node', name: 'node-1', uid: 'u' });
  });

  it('keeps the writes of one series in order, however fast it repeats', async () => {
    const { events, calls } = recorder();
    for (let repetition = 0; repetition < 3; repetition += 1) events.record(regarding, note);
    await events.flush();
    expect(calls.map(({ verb }) => verb)).toEqual(['create', 'patch', 'patch']);
  });
});
