import { describe, expect, it } from '@jest/globals';
import { resolveOptions, type ConnectOptions } from './options.ts';

const minimal: ConnectOptions = { address: 'localhost:8080', username: 'u', password: 'p' };

describe('resolveOptions', () => {
  it('fills in the defaults', () => {
    expect(resolveOptions(minimal)).toEqual({
      addresses: [{ host: 'localhost', port: 8080 }],
      username: 'u',
      password: 'p',
      clientId: '',
      tls: undefined,
      reconnect: { baseDelayMs: 250, maxDelayMs: 15_000, maxAttempts: Number.POSITIVE_INFINITY, retryInitial: false },
      connectTimeoutMs: 10_000,
      subscribeTimeoutMs: 10_000,
      heartbeatIntervalMs: 15_000,
      heartbeatTimeoutMs: 20_000,
      bufferTicks: 16_384,
      whenFull: 'pause',
    });
  });

  it('keeps what is given', () => {
    const settings = resolveOptions({
      addresses: ['a:1', 'b:2'],
      username: 'u',
      password: 'p',
      reconnect: { maxAttempts: 3, retryInitial: true },
      whenFull: 'drop-oldest',
    });
    expect(settings.addresses.map((address) => address.host)).toEqual(['a', 'b']);
    expect(settings.reconnect).toEqual({ baseDelayMs: 250, maxDelayMs: 15_000, maxAttempts: 3, retryInitial: true });
    expect(settings.whenFull).toBe('drop-oldest');
    expect(resolveOptions({ ...minimal, reconnect: false }).reconnect).toBeUndefined();
  });

  it.each<[Partial<ConnectOptions>, string]>([
    [{ addresses: ['a:1'] }, 'give either address or addresses'],
    [{ address: 'nowhere' }, 'address "nowhere" is not HOST:PORT'],
    [{ username: '' }, 'username needs 1 to 64 characters'],
    [{ username: 'ü'.repeat(65) }, 'username needs 1 to 64 characters'],
    [{ password: 'x'.repeat(129) }, 'password needs 1 to 128 characters'],
    [{ clientId: 'x'.repeat(65) }, 'clientId needs 0 to 64 characters'],
    [{ connectTimeoutMs: 0 }, 'connectTimeoutMs is 0; a whole number from 1 to 2147483647 is needed'],
    [{ heartbeatTimeoutMs: 15_000 }, 'heartbeatTimeoutMs is 15000; more than heartbeatIntervalMs (15000) is needed'],
    [{ heartbeatIntervalMs: 1.5 }, 'heartbeatIntervalMs is 1.5'],
    [{ bufferTicks: 999 }, 'bufferTicks is 999; a whole number from 1000 to 16777216 is needed'],
    [{ tls: { cert: 'PEM' } }, 'tls.cert and tls.key belong together'],
    [{ reconnect: { maxAttempts: 0 } }, 'reconnect.maxAttempts is 0'],
    [{ reconnect: { baseDelayMs: Number.NaN } }, 'reconnect.baseDelayMs is NaN'],
  ])('refuses %j', (change, message) => {
    expect(() => resolveOptions({ ...minimal, ...change })).toThrow(message);
  });

  it('takes TLS as a switch, as certificates, and as a function that is asked each time', () => {
    expect(resolveOptions({ ...minimal, tls: true }).tls?.()).toEqual({});
    expect(resolveOptions({ ...minimal, tls: { ca: 'PEM' } }).tls?.()).toEqual({ ca: 'PEM' });
    let calls = 0;
    const { tls } = resolveOptions({ ...minimal, tls: () => ({ servername: `n${(calls += 1)}` }) });
    expect([tls?.(), tls?.()]).toEqual([{ servername: 'n1' }, { servername: 'n2' }]);
  });

  it('refuses a policy that there is none of', () => {
    // @ts-expect-error: what a caller without types may pass
    expect(() => resolveOptions({ ...minimal, whenFull: 'grow' })).toThrow(
      'whenFull is "grow"; one of pause, drop-oldest is needed',
    );
  });

  it('refuses an empty list and never repeats a password', () => {
    expect(() => resolveOptions({ addresses: [], username: 'u', password: 'p' })).toThrow('addresses is empty');
    expect(() => resolveOptions({ ...minimal, password: 'secret'.repeat(30) })).toThrow(/^(?!.*secret)/);
  });
});
