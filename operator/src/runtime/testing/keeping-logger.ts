import type { Logger } from '../logger.ts';

/** A logger that keeps what it is told. */
export class KeepingLogger implements Logger {
  readonly lines: string[] = [];

  readonly debug = (message: string): void => this.#keep('debug', message);
  readonly info = (message: string): void => this.#keep('info', message);
  readonly warn = (message: string): void => this.#keep('warn', message);
  readonly error = (message: string): void => this.#keep('error', message);

  #keep(level: string, message: string): void {
    this.lines.push(`${level}: ${message}`);
  }
}
