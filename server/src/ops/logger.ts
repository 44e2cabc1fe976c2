import { createLogger, format, transports } from 'winston';
import type { LogLevel } from '../config/server-config.ts';

type Fields = Readonly<Record<string, unknown>>;

/** Structured logging: a message that can be searched for, and fields. Never on the path of ticks. */
export interface Logger {
  debug(message: string, fields?: Fields): void;
  info(message: string, fields?: Fields): void;
  warn(message: string, fields?: Fields): void;
  error(message: string, fields?: Fields): void;
  setLevel(level: LogLevel): void;
}

/**
 * Logs JSON lines.
 * @param stream where to
 * @param base fields that every line carries
 */
export function createJsonLogger(stream: NodeJS.WritableStream, level: LogLevel, base: Fields): Logger {
  const winston = createLogger({
    level,
    defaultMeta: base,
    format: format.combine(format.timestamp(), format.json()),
    transports: [new transports.Stream({ stream })],
  });
  const at =
    (line: LogLevel) =>
    (message: string, fields?: Fields): void => {
      // Winston formats a line before it looks whether anybody wants it: 16 µs for each connection that ends.
      if (winston.isLevelEnabled(line)) winston.log(line, message, fields);
    };
  return {
    debug: at('debug'),
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
    setLevel: (next) => {
      winston.level = next;
    },
  };
}
