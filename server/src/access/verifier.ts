import type { User } from './user.ts';

/** Who it is; or that it is nobody; or that there is no time to find out. */
export type Verification = User | 'wrong' | 'overloaded';

export interface VerifyOptions {
  /** Comes after others when there are many. */
  isSuspect: boolean;
  /** False = the answer does not matter any more; asked again before the work begins. */
  isWanted: () => boolean;
  /** Called once, possibly before `verify` returns. */
  done: (verification: Verification) => void;
}

/** Finds out who presents a user name and a password. */
export interface Verifier {
  verify(username: string, password: string, options: VerifyOptions): void;
}
