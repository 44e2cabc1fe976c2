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
  return {
    debug: (message, fields) => void winston.debug(message, fields),
    info: (message, fields) => void winston.info(message, fields),
    warn: (message, fields) => void winston.warn(message, fields),
    error: (message, fields) => void winston.error(message, fields),
    setLevel: (next) => {
      winston.level = next;
    },
  };
}
