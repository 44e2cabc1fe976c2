import type { PasswordHash } from './password-hash.ts';

/** Who has proved to be somebody, and what they may have; undefined = as the server's settings say, 0 = no limit. */
export interface User {
  name: string;
  /** Open connections, of all workers together. */
  maxConnections: number | undefined;
  /** Symbols of one subscription. */
  maxSymbols: number | undefined;
}

/** A user as the users file has it. */
export interface UserEntry extends User {
  hash: PasswordHash;
}
