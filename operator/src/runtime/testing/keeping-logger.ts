import type { Logger } from '../logger.ts';

type Fields = Parameters<Logger['info']>[1];

/** A logger that keeps what it is told. */
export class KeepingLogger implements Logger {
  readonly lines: string[] = [];
  /** What went with each line. */
  readonly fields: Fields[] = [];

  readonly debug = (message: string, fields?: Fields): void => this.#keep('debug', message, fields);
  readonly info = (message: string, fields?: Fields): void => this.#keep('info', message, fields);
  readonly warn = (message: string, fields?: Fields): void => this.#keep('warn', message, fields);
  readonly error = (message: string, fields?: Fields): void => this.#keep('error', message, fields);

  #keep(level: string, message: string, fields: Fields): void {
    this.lines.push(`${level}: ${message}`);
    this.fields.push(fields);
  }
}
