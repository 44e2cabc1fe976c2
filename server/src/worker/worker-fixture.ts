import { readConfig } from '../config.ts';
import type { ServerConfig } from '../config/server-config.ts';

// For tests: what a worker needs that is not under test.

export const silent = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {}, setLevel: () => {} };

/** A worker's configuration with one user, on a port that the system chooses. @throws Error when it is not valid */
export function workerConfig(): ServerConfig {
  const read = readConfig({ AUTH_USERNAME: 'user', AUTH_PASSWORD: 'secret', LISTEN_ADDR: '127.0.0.1:0' });
  if ('problems' in read) throw new Error('the environment is not valid');
  return read.config;
}
