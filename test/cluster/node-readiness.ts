/** The part of a Node that says whether it is ready. */
export interface NodeObject {
  readonly status: {
    readonly conditions?: readonly {
      readonly type: string;
      readonly status: string;
      readonly lastHeartbeatTime: string;
    }[];
  };
}

/** @param sinceMs Unix time; an older heartbeat is of the node's last life and does not count */
export function isNodeReady(node: NodeObject, sinceMs: number): boolean {
  // Heartbeats are given in whole seconds.
  const since = Math.floor(sinceMs / 1000) * 1000;
  return (node.status.conditions ?? []).some(
    ({ type, status, lastHeartbeatTime }) =>
      type === 'Ready' && status === 'True' && Date.parse(lastHeartbeatTime) >= since,
  );
}
