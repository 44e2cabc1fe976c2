import type { ResourceType } from '../resource-type.ts';

/** A kind of objects of which an API server may tell anything. */
export const WIDGETS: ResourceType = { apiVersion: 'example.io/v1', kind: 'Widget', plural: 'widgets' };

/** A widget of namespace `n`. */
export const widget = (name: string, version: number, extra: object = {}): object => ({
  apiVersion: 'example.io/v1',
  kind: 'Widget',
  metadata: { name, namespace: 'n', uid: `uid-${name}`, resourceVersion: String(version), ...extra },
});

/** The answer to a list. */
export const list = (version: number, ...items: object[]): object => ({
  kind: 'WidgetList',
  metadata: { resourceVersion: String(version) },
  items,
});

/** An event of a watch. */
export const line = (type: string, object: object): string => `${JSON.stringify({ type, object })}\n`;

/** What a server says when a version is too old to watch, or to go on listing, from. */
export const expired = { kind: 'Status', code: 410, reason: 'Expired', message: 'too old resource version' };
