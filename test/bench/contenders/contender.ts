/** What a contender is to deliver. */
export interface Load {
  connections: number;
  /** Bytes of one frame or message, about. */
  frameBytes: number;
  /** Time between two deliveries to every connection, in microseconds; 0 = as fast as it can. */
  intervalUs: number;
  /** Over TLS 1.3, with `resumed` after a first connection as the continuation of its session. */
  tls?: 'full' | 'resumed';
  /** The contender has one processor, however many there are. */
  isOnOneCpu?: boolean;
  /** Further settings of our own server; the others have none of them. */
  settings?: Readonly<Record<string, string>>;
}

/** What the contenders show of themselves over TLS: paths of PEM files, an ECDSA key on P-256. */
export interface Certificate {
  readonly certificate: string;
  readonly key: string;
}

export interface Running {
  readonly port: number;
  /** File with the moment of every flush, for `load-client`. */
  readonly trace?: string;
  /** All processes whose use counts. */
  pids(): Promise<number[]>;
  /** Starts the deliveries where they do not begin by themselves; called when all connections are there. */
  begin(): void;
  /** Connections that have ended since the start, as the contender counts them; absent = it does not say. */
  ended?(): Promise<number>;
  stop(): Promise<void>;
}

export interface Contender {
  readonly name: string;
  /** What the load client is to speak. */
  readonly protocol: 'tick' | 'nats' | 'floor';
  start(load: Load): Promise<Running>;
}
