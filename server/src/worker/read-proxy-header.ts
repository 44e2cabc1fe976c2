import type { Socket } from 'node:net';
import type { ProxyHeader } from '../access/proxy-header.ts';
import { ProxyHeaderDecoder, ProxyHeaderError } from '../access/proxy-header.ts';

/** First bytes of a PROXY protocol header: of version 2, and of version 1. */
const HEADER_STARTS: ReadonlySet<number | undefined> = new Set([0x0d, 'P'.charCodeAt(0)]);

export type ProxyHeaderResult =
  | { kind: 'header'; header: Omit<ProxyHeader, 'rest'> }
  /** There is none, as it should be. */
  | { kind: 'none' }
  | { kind: 'problem'; problem: string }
  /** The peer went before the header was there; `bytes` it had sent. */
  | { kind: 'gone'; bytes: number };

/**
 * Reads the header that a trusted proxy must send, and that nobody else may send. The bytes behind it are given
 * back to the socket, which is paused then.
 * @param isTrusted whether the peer is a trusted proxy
 * @param done called once
 */
export function readProxyHeader(socket: Socket, isTrusted: boolean, done: (result: ProxyHeaderResult) => void): void {
  const decoder = new ProxyHeaderDecoder();
  const finish = (result: ProxyHeaderResult, rest?: Buffer): void => {
    socket.off('data', onData);
    socket.off('end', onGone);
    socket.off('close', onGone);
    socket.pause();
    if (rest && rest.length > 0) socket.unshift(rest);
    done(result);
  };
  const onData = (chunk: Buffer): void => {
    if (!isTrusted) {
      if (!HEADER_STARTS.has(chunk[0])) finish({ kind: 'none' }, chunk);
      else finish({ kind: 'problem', problem: 'a header from an address that PROXY_TRUSTED_CIDRS does not have' });
      return;
    }
    try {
      const found = decoder.push(chunk);
      if (!found) return;
      const { rest, ...header } = found;
      finish({ kind: 'header', header }, rest);
    } catch (error) {
      if (!(error instanceof ProxyHeaderError)) throw error;
      finish({ kind: 'problem', problem: error.message });
    }
  };
  const onGone = (): void => finish({ kind: 'gone', bytes: socket.bytesRead });
  socket.on('data', onData);
  socket.on('end', onGone);
  socket.on('close', onGone);
}
