import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import type { ProcessHandle } from './namespace-process.ts';
import { clusterPaths } from './paths.ts';
import type { ClusterSpec, NodeSpec } from './spec.ts';

export interface RunningNode {
  readonly spec: NodeSpec;
  /** Undefined before its first start. */
  readonly process?: ProcessHandle;
}

/** What is kept about a cluster in its state folder, so that any process can find it and end it. */
export interface ClusterRecord {
  readonly spec: ClusterSpec;
  /** Undefined before its start. */
  readonly controlPlane?: ProcessHandle & { readonly innerPid: number };
  readonly nodes: readonly RunningNode[];
}

/** Undefined when there is no cluster of that name; one that there is need not be running. */
export function readRecord(name: string): ClusterRecord | undefined {
  const { record } = clusterPaths(name);
  if (!existsSync(record)) return undefined;
  return JSON.parse(readFileSync(record, 'utf8')) as ClusterRecord;
}

/** In one step, since nodes start side by side and another process may read. */
export function writeRecord(record: ClusterRecord): void {
  const file = record.spec.paths.record;
  writeFileSync(`${file}.new`, JSON.stringify(record, undefined, 2));
  renameSync(`${file}.new`, file);
}
