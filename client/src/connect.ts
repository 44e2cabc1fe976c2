import { TickStormClient } from './client.ts';
import { resolveOptions, type ConnectOptions } from './options.ts';
import { transportFor } from './transport.ts';

/**
 * Starts connecting to a Tick-Storm service and returns its client at once.
 *
 * ```ts
 * const client = connect({ address: 'localhost:8080', username: 'demo', password });
 * client.on('gap', (gap) => console.warn('missed', gap));
 * for await (const tick of client.subscribe({ symbols: ['AAPL', 'BTC*'] })) {
 *   console.log(tick.symbol, tick.price);
 * }
 * ```
 *
 * @throws RangeError when an option is wrong
 * @throws the signal's reason when it has fired already
 */
export function connect(options: ConnectOptions): TickStormClient {
  const settings = resolveOptions(options);
  const { signal } = options;
  signal?.throwIfAborted();
  const client = new TickStormClient(settings, transportFor(settings.tls, Math.random), Math.random);
  if (signal) {
    const abort = (): void => void client.abort(signal.reason);
    signal.addEventListener('abort', abort, { once: true });
    client.on('state', ({ state }) => {
      if (state === 'closed') signal.removeEventListener('abort', abort);
    });
  }
  return client;
}
