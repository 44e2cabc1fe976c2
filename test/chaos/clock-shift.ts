/** By how much the clocks of a process are ahead of its machine's, in milliseconds; behind it where that is negative. */
export interface ClockShift {
  /** Of the time of day: what an administrator or NTP sets. */
  readonly wallMs: number;
  /** Of the clock that measures spans. No machine's jumps; it stands for a wait that a test does not wait for. */
  readonly monotonicMs: number;
}
