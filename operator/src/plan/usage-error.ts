/** The command line cannot be worked with. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
