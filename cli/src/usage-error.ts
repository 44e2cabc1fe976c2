/** The command line cannot be understood; the message says what would be right. Exit code 64 (EX_USAGE). */
export class UsageError extends Error {
  override readonly name: string = 'UsageError';
}
