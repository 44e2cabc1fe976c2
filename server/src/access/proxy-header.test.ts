import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import type { ProxyHeader } from './proxy-header.ts';
import { ProxyHeaderDecoder, ProxyHeaderError } from './proxy-header.ts';

const SIGNATURE = '0d0a0d0a000d0a515549540a';
const TCP4_ADDRESSES = 'c0000201c63364021f9001bb';
const TCP6_ADDRESSES = '20010db800000000000000000000000120010db80000000000000000000000021f9001bb';

function header(command: string, family: string, body = '', length = body.length / 2): Buffer {
  return Buffer.from(SIGNATURE + command + family + length.toString(16).padStart(4, '0') + body, 'hex');
}

/** Pushes the bytes in parts and stops at the header's end, like a reader of a socket. */
function read(bytes: Buffer, cuts: readonly number[] = []): Omit<ProxyHeader, 'rest'> & { rest: string } {
  const decoder = new ProxyHeaderDecoder();
  const edges = [0, ...cuts, bytes.length];
  for (const [index, edge] of edges.slice(1).entries()) {
    const found = decoder.push(bytes.subarray(edges[index], edge));
    if (found) return { ...found, rest: Buffer.concat([found.rest, bytes.subarray(edge)]).toString('hex') };
  }
  throw new Error('not complete');
}

describe('ProxyHeaderDecoder', () => {
  it('reads the client of TCP over IPv4 and IPv6, with and without TLVs', () => {
    expect(read(header('21', '11', TCP4_ADDRESSES))).toMatchObject({ address: '192.0.2.1', isLocal: false, bytes: 28 });
    expect(read(header('21', '21', TCP6_ADDRESSES))).toMatchObject({ address: '2001:db8::1', bytes: 52 });
    expect(read(header('21', '11', `${TCP4_ADDRESSES}040003616263`))).toMatchObject({
      address: '192.0.2.1',
      bytes: 34,
    });
    expect(read(header('21', '21', TCP6_ADDRESSES + '00'.repeat(65_499)))).toMatchObject({
      address: '2001:db8::1',
      bytes: 16 + 65_535,
    });
  });

  it('writes an IPv4 client in IPv6 as IPv4', () => {
    const mapped = `${'00'.repeat(10)}ffff01020304${TCP6_ADDRESSES.slice(32)}`;
    expect(read(header('21', '21', mapped)).address).toBe('1.2.3.4');
  });

  it('knows a proxy that speaks for itself, whatever addresses it gives, and one that does not know', () => {
    expect(read(header('20', '00'))).toMatchObject({ address: undefined, isLocal: true, bytes: 16 });
    expect(read(header('20', '11', TCP4_ADDRESSES))).toMatchObject({ address: undefined, isLocal: true });
    expect(read(header('20', '31', 'ff'))).toMatchObject({ address: undefined, isLocal: true });
    expect(read(header('21', '00', TCP4_ADDRESSES))).toMatchObject({ address: undefined, isLocal: false });
  });

  it('finds the same however the bytes are split, and gives all behind the header back', () => {
    const family = fc.constantFrom<[string, string]>(['11', TCP4_ADDRESSES], ['21', TCP6_ADDRESSES], ['00', '']);
    fc.assert(
      fc.property(
        fc.constantFrom('20', '21'),
        family,
        fc.uint8Array({ maxLength: 80 }),
        fc.uint8Array({ maxLength: 40 }),
        fc.array(fc.nat(200), { maxLength: 12 }),
        (command, [code, addresses], tlvs, rest, cuts) => {
          const bytes = header(command, code, addresses + Buffer.from(tlvs).toString('hex'));
          const stream = Buffer.concat([bytes, rest]);
          const edges = cuts.map((cut) => cut % (stream.length + 1)).sort((a, b) => a - b);
          const whole = read(stream);
          expect(read(stream, edges)).toEqual(whole);
          expect(read(stream, Array.from(stream.keys()))).toEqual(whole);
          expect([whole.bytes, whole.rest]).toEqual([bytes.length, Buffer.from(rest).toString('hex')]);
        },
      ),
      { numRuns: 500 },
    );
  });

  it.each([
    ['a header of version 1', Buffer.from('PROXY TCP4 1.2.3.4'), 1, 'a header of version 1'],
    ['a TLS handshake', Buffer.from('160301', 'hex'), 1, 'no PROXY protocol header'],
    ['a frame', Buffer.from('f57d0101', 'hex'), 1, 'no PROXY protocol header'],
    ['a signature that is wrong at its end', Buffer.from(`${SIGNATURE.slice(0, -2)}0b21`, 'hex'), 12, 'no PROXY'],
    ['another version', header('11', '11', TCP4_ADDRESSES), 16, 'version 1 of'],
    ['another command', header('22', '11', TCP4_ADDRESSES), 16, 'unknown command 2'],
    ['UDP', header('21', '12', TCP4_ADDRESSES), 16, 'family 0x12'],
    ['a unix socket', header('21', '31', '00'.repeat(216)), 16, 'family 0x31'],
    ['too few bytes for IPv4', header('21', '11', '00'.repeat(11)), 16, '11 bytes of addresses'],
    ['too few bytes for IPv6', header('21', '21', TCP4_ADDRESSES), 16, '12 bytes of addresses'],
  ])('refuses %s at the first byte that shows it', (_, bytes, shownAt, message) => {
    const decoder = new ProxyHeaderDecoder();
    if (shownAt > 1) expect(decoder.push(bytes.subarray(0, shownAt - 1))).toBeUndefined();
    const last = (): unknown => decoder.push(bytes.subarray(shownAt - 1, shownAt));
    expect(last).toThrow(ProxyHeaderError);
    expect(() => new ProxyHeaderDecoder().push(bytes)).toThrow(new RegExp(`^${message}`));
  });
});
