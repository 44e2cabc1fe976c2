import { crc32c } from '../wire/raw-frame.ts';
import { varint } from '../wire/raw-protobuf.ts';
import { bytesOf, type Bytes, type ChecksumVector, type VarintVector } from './vector-shapes.ts';

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const upTo = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

/** Byte strings with their sums as published: RFC 3720 appendix B.4, and the check value of the CRC catalogue. */
const published: readonly [name: string, bytes: Bytes, crc32c: string][] = [
  ['123456789 (check value)', hex(Buffer.from('123456789')), 'e3069283'],
  ['32 zeros (RFC 3720)', [{ repeat: '00', times: 32 }], '8a9136aa'],
  ['32 times ff (RFC 3720)', [{ repeat: 'ff', times: 32 }], '62a8ab43'],
  ['0 to 31 (RFC 3720)', hex(Buffer.from(upTo(32))), '46dd794e'],
  ['31 to 0 (RFC 3720)', hex(Buffer.from(upTo(32).toReversed())), '113fdb5c'],
  [
    'an iSCSI read command (RFC 3720)',
    '01c000000000000000000000000000001400000000000400000000140000001828000000000000000200000000000000',
    'd9963a56',
  ],
];

const computed: readonly [name: string, bytes: Bytes][] = [
  ['nothing', ''],
  ...upTo(18)
    .slice(1)
    .map((length): [string, Bytes] => [`${length} bytes`, hex(Buffer.from(upTo(length).map((at) => at + 1)))]),
  ['the header of an empty HEARTBEAT', 'f57d010300000000'],
  ['65,544 bytes, header and largest payload', ['f57d010200010000', { repeat: '5a', times: 65_536 }]],
];

export const checksumVectors: readonly ChecksumVector[] = [
  ...published.map(([name, bytes, sum]) => ({ name, bytes, crc32c: sum })),
  ...computed.map(([name, bytes]) => ({ name, bytes, crc32c: sumOf(bytes) })),
];

function sumOf(bytes: Bytes): string {
  return crc32c(bytesOf(bytes)).toString(16).padStart(8, '0');
}

const values: readonly bigint[] = [
  0n,
  1n,
  127n,
  128n,
  300n,
  ...[14n, 21n, 28n, 31n, 32n, 35n, 42n, 49n, 53n, 56n, 63n].flatMap((bits) => [2n ** bits - 1n, 2n ** bits]),
  1_700_000_000_000n,
  2n ** 64n - 1n,
  -1n,
  -(2n ** 63n),
];

export const varintVectors: readonly VarintVector[] = values.map((value) => ({
  value: String(value),
  bytes: varint(value).toString('hex'),
}));
