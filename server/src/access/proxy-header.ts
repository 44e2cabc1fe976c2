import { SocketAddress } from 'node:net';
import { peerAddress } from './peer-address.ts';

// PROXY protocol version 2, https://www.haproxy.org/download/1.8/doc/proxy-protocol.txt section 2.2:
//
//   signature[12] | version 4 bits = 2, command 4 bits | family u8 | length u16 BE | addresses | TLVs
//
// The length covers what follows it. Addresses are source, destination, source port, destination port.

const SIGNATURE = Buffer.from('\r\n\r\n\0\r\nQUIT\n', 'latin1');
/** Up to and including the length. */
const FIXED_BYTES = 16;
const LOCAL = 0x0;
const PROXY = 0x1;
const UNSPECIFIED = 0x00;
const TCP4 = 0x11;
const TCP6 = 0x21;
/** What the addresses of a family take. */
const TCP4_BYTES = 12;
const TCP6_BYTES = 36;

/** Who a proxy speaks for. */
export interface ProxyHeader {
  /** The client's; undefined = the proxy speaks for itself (a health check), or does not know. */
  address: string | undefined;
  /** The proxy itself has connected. */
  isLocal: boolean;
  /** All of the header. */
  bytes: number;
  /** What came behind the header: the client's first bytes. */
  rest: Buffer;
}

/** The peer does not send a header that can be used; the message says why, for the log. */
export class ProxyHeaderError extends Error {
  override readonly name = 'ProxyHeaderError';
}

/** Reads the header from the beginning of a connection, however it is split. Keeps none of the TLVs. */
export class ProxyHeaderDecoder {
  readonly #head: Buffer = Buffer.alloc(FIXED_BYTES + TCP6_BYTES);
  #filled = 0;
  /** Bytes behind the length that have not come yet; undefined = the length has not come. */
  #missing: number | undefined;

  /**
   * @param chunk the next bytes
   * @returns undefined while the header is not complete
   * @throws ProxyHeaderError at the first byte that shows it
   */
  push(chunk: Buffer): ProxyHeader | undefined {
    let at = 0;
    if (this.#missing === undefined) {
      at = this.#keep(chunk.subarray(0, FIXED_BYTES - this.#filled));
      this.#checkSignature();
      if (this.#filled < FIXED_BYTES) return undefined;
      this.#checkCommand();
      this.#missing = this.#head.readUInt16BE(14);
    }
    const body = chunk.subarray(at, at + this.#missing);
    this.#keep(body.subarray(0, this.#head.length - this.#filled));
    this.#missing -= body.length;
    if (this.#missing > 0) return undefined;
    const bytes = FIXED_BYTES + this.#head.readUInt16BE(14);
    return {
      address: this.#address(),
      isLocal: this.#command === LOCAL,
      bytes,
      rest: chunk.subarray(at + body.length),
    };
  }

  get #command(): number {
    return this.#head[12]! & 0x0f;
  }

  #keep(bytes: Buffer): number {
    this.#head.set(bytes, this.#filled);
    this.#filled += bytes.length;
    return bytes.length;
  }

  #checkSignature(): void {
    const given = this.#head.subarray(0, Math.min(this.#filled, SIGNATURE.length));
    if (given.equals(SIGNATURE.subarray(0, given.length))) return;
    if (given[0] === 'P'.charCodeAt(0))
      throw new ProxyHeaderError('a header of version 1, or text; version 2 is wanted');
    throw new ProxyHeaderError('no PROXY protocol header');
  }

  #checkCommand(): void {
    const version = this.#head[12]! >> 4;
    if (version !== 2) throw new ProxyHeaderError(`version ${version} of the PROXY protocol; version 2 is wanted`);
    if (this.#command === LOCAL) return;
    if (this.#command !== PROXY) throw new ProxyHeaderError(`unknown command ${this.#command}`);
    const family = this.#head[13]!;
    const length = this.#head.readUInt16BE(14);
    if (family === UNSPECIFIED) return;
    if (family !== TCP4 && family !== TCP6) {
      throw new ProxyHeaderError(`family 0x${family.toString(16).padStart(2, '0')}; TCP over IPv4 or IPv6 is wanted`);
    }
    const needed = family === TCP4 ? TCP4_BYTES : TCP6_BYTES;
    if (length < needed) throw new ProxyHeaderError(`${length} bytes of addresses; the family has ${needed}`);
  }

  #address(): string | undefined {
    if (this.#command === LOCAL) return undefined;
    const source = this.#head.subarray(FIXED_BYTES);
    switch (this.#head[13]!) {
      case TCP4:
        return source.subarray(0, 4).join('.');
      case TCP6: {
        const groups = Array.from({ length: 8 }, (_, index) => source.readUInt16BE(2 * index).toString(16));
        return peerAddress(new SocketAddress({ address: groups.join(':'), family: 'ipv6' }).address);
      }
      default:
        return undefined;
    }
  }
}
