/** What a check found: whether its condition holds, and why in a word and in a sentence. */
export interface Verdict<Reason extends string> {
  readonly holds: boolean;
  readonly reason: Reason;
  readonly message: string;
}
