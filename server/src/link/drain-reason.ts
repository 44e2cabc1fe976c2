/** What a client that understands GOAWAY is told. */
export type DrainReason = 'drain' | 'recycle' | 'rebalance';
