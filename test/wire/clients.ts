import { expect } from '@jest/globals';
import { ackOf, errorOf, type AuthFields, type ErrorMessage, type SubscribeFields } from './messages.ts';
import { RawConnection, type RawOptions } from './raw-connection.ts';
import { TYPE } from './raw-frame.ts';
import { PASSWORD, USERNAME, type ServerProcess } from './server-process.ts';

/** Raw connections in the states that the cases begin from, and the check that most of them end with. */
const opened: RawConnection[] = [];

/** Connects as the server wants it: over TLS where it has a certificate. */
export async function open(server: ServerProcess, options: RawOptions = {}): Promise<RawConnection> {
  const { tls = server.tls } = options;
  const connection = await RawConnection.open(server.port, { ...options, ...(tls && { tls }) });
  opened.push(connection);
  return connection;
}

/** A connection that is authenticated. */
export async function openAuthenticated(
  server: ServerProcess,
  fields: AuthFields & RawOptions = {},
): Promise<RawConnection> {
  const { localAddress, allowHalfOpen, ...auth } = fields;
  const connection = await open(server, {
    ...(localAddress === undefined ? {} : { localAddress }),
    ...(allowHalfOpen === undefined ? {} : { allowHalfOpen }),
  });
  const answer = await connection.auth({ username: USERNAME, password: PASSWORD, ...auth });
  expect(ackOf(answer)).toMatchObject({ ackType: TYPE.AUTH, success: true });
  return connection;
}

/** A connection that is authenticated and subscribed to SECOND. */
export async function openSubscribed(
  server: ServerProcess,
  fields: SubscribeFields & RawOptions & Pick<AuthFields, 'username' | 'password'> = {},
): Promise<RawConnection> {
  const { localAddress, allowHalfOpen, username = USERNAME, password = PASSWORD, ...subscription } = fields;
  const connection = await openAuthenticated(server, {
    username,
    password,
    ...(localAddress === undefined ? {} : { localAddress }),
    ...(allowHalfOpen === undefined ? {} : { allowHalfOpen }),
  });
  const answer = await connection.subscribe({ mode: 1, ...subscription });
  expect(ackOf(answer)).toMatchObject({ ackType: TYPE.SUBSCRIBE, success: true });
  return connection;
}

/** Closes what the cases of a file opened; for afterEach. */
export function closeAll(): void {
  for (const connection of opened.splice(0)) connection.close();
}

/**
 * One ERROR per fault, then close, and nothing after it: checks exactly that, and that the ERROR's text is
 * of use and tells nothing internal.
 */
export async function expectErrorAndClose(connection: RawConnection, code: number): Promise<ErrorMessage> {
  const frames = await connection.untilClosed();
  const errors = frames.filter((received) => received.type === TYPE.ERROR);
  expect(errors.map((received) => errorOf(received).code)).toEqual([code]);
  expect(frames.at(-1)).toBe(errors[0]);
  expect(connection.rest.length).toBe(0);
  // A reset may follow the end when the server did not read what the client still sent.
  if (!connection.socket.allowHalfOpen) await connection.untilGone();
  expect(connection.error).toBeUndefined();
  const error = errorOf(errors[0]!);
  expect(error.message.length).toBeGreaterThan(0);
  expect(error.message.length).toBeLessThanOrEqual(512);
  expect(error.details.length).toBeLessThanOrEqual(1_024);
  expect(`${error.message} ${error.details}`).not.toMatch(/127\.0\.0\.|\.ts\b|\.js\b|\n\s+at |node:/);
  expectCurrent(error.timestampMs);
  return error;
}

/** The server closes without having sent a byte. */
export async function expectSilentClose(connection: RawConnection): Promise<void> {
  expect(await connection.untilClosed()).toEqual([]);
  expect(connection.rest.length).toBe(0);
}

/** Every timestamp is current; one minute allows for a machine that is busy. */
export function expectCurrent(timestampMs: number): void {
  expect(Math.abs(Date.now() - timestampMs)).toBeLessThan(60_000);
}
