/** Facts that go with a log line; never secrets. */
type LogFields = Readonly<Record<string, unknown>>;

/** What the runtime needs of a logger; winston's loggers fit. */
export interface Logger {
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
}
