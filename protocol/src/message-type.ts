/** The `type` byte of a frame. */
export const MessageType = {
  UNSPECIFIED: 0,
  AUTH: 1,
  SUBSCRIBE: 2,
  HEARTBEAT: 3,
  DATA_BATCH: 4,
  ERROR: 5,
  ACK: 6,
  PONG: 7,
  /** Extension: only to clients that announced the feature `goaway`. */
  GOAWAY: 8,
} as const;

export type MessageType = (typeof MessageType)[keyof typeof MessageType];

const names: ReadonlyMap<number, string> = new Map(Object.entries(MessageType).map(([name, value]) => [value, name]));

/** The name of a frame type (`AUTH`, ...), or `UNKNOWN` for a byte that has none. */
export function messageTypeName(type: number): string {
  return names.get(type) ?? 'UNKNOWN';
}
