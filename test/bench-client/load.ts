/** How the ticks come. */
export interface Load {
  readonly name: string;
  readonly connections: number;
  /** Ticks of one frame. */
  readonly ticks: number;
  /** Pause between two frames of a connection; 0: as fast as the reader takes them. */
  readonly intervalMs: number;
  /** Groups of connections whose frames come at different moments, spread over the interval. */
  readonly groups: number;
}

/** 2,000 ticks a second on each connection, as the full streams of the ledger have them, and a long catch-up. */
export const LOADS: readonly Load[] = [
  { name: 'live', connections: 25, ticks: 10, intervalMs: 5, groups: 1 },
  { name: 'few symbols', connections: 500, ticks: 1, intervalMs: 100, groups: 20 },
  { name: 'catch-up', connections: 1, ticks: 100, intervalMs: 0, groups: 1 },
];
