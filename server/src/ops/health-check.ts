import { get } from 'node:http';
import type { ListenAddress } from '../config/listen-address.ts';

const TIMEOUT_MS = 2_000;

/** Where a server that listens on every address can be asked. */
const loopbackOf: Readonly<Record<string, string>> = { '0.0.0.0': '127.0.0.1', '::': '::1' };

/** What a running server said about itself. */
export interface HealthCheckResult {
  isReady: boolean;
  /** One line. */
  message: string;
}

/** Asks the server at the metrics address whether it is ready. */
export function checkHealth({ host, port }: ListenAddress): Promise<HealthCheckResult> {
  const hostname = host === undefined ? '127.0.0.1' : (loopbackOf[host] ?? host);
  return new Promise((resolve) => {
    const request = get({ hostname, port, path: '/readyz', timeout: TIMEOUT_MS }, (response) => {
      let body = '';
      response.setEncoding('utf8');
      response.on('data', (part: string) => (body += part));
      response.on('end', () => {
        const isReady = response.statusCode === 200;
        resolve({ isReady, message: isReady ? 'ready' : `not ready: ${body.trim()}` });
      });
    });
    request.on('timeout', () => request.destroy(new Error(`no answer within ${TIMEOUT_MS} ms`)));
    request.on('error', (error) => resolve({ isReady: false, message: `not ready: ${error.message}` }));
  });
}
