import type { MessageName, MessageVector, ProtoJson } from './vector-shapes.ts';

function read(message: MessageName, name: string, payload: string, fields: ProtoJson): MessageVector {
  return { name, message, payload, fields };
}

function refused(message: MessageName, name: string, payload: string): MessageVector {
  return { name, message, payload, fields: null };
}

/** Payloads that a canonical writer does not write, and what a reader makes of them. */
export const messageVectors: readonly MessageVector[] = [
  read('SubscribeRequest', 'an empty payload is a message of defaults', '', {}),
  read('SubscribeRequest', 'an unknown varint field is skipped', '0801a006ffffffffffffffffff01', { mode: 1 }),
  read('SubscribeRequest', 'an unknown 64-bit field is skipped', '0801a1060102030405060708', { mode: 1 }),
  read('SubscribeRequest', 'an unknown length-delimited field is skipped', '0801a20603616263', { mode: 1 }),
  read('SubscribeRequest', 'an unknown group is skipped', '0801a3060801a406', { mode: 1 }),
  read('SubscribeRequest', 'an unknown 32-bit field is skipped', '0801a50601020304', { mode: 1 }),
  read('SubscribeRequest', 'an unknown field with the largest number is skipped', '0801f8ffffff0f01', { mode: 1 }),
  read('SubscribeRequest', 'fields in any order', '1204 4141504c 0801'.replaceAll(' ', ''), {
    mode: 1,
    symbols: ['AAPL'],
  }),
  read('SubscribeRequest', 'of a field that occurs twice the last one counts', '08010802', { mode: 2 }),
  read('SubscribeRequest', 'a varint with needless bytes', '08818000', { mode: 1 }),
  read('SubscribeRequest', 'an enum value that is not known', '0803', { mode: 3 }),
  read('SubscribeRequest', 'a negative enum value in ten bytes', '08ffffffffffffffffff01', { mode: -1 }),
  read('SubscribeRequest', 'a known field of another wire type is unknown', '0d010000001001', {}),
  read('SubscribeRequest', 'a map entry without key and value', '2200', { metadata: { '': '' } }),
  read('SubscribeRequest', 'of a map key that occurs twice the last one counts', '22060a016b12013122060a016b120132', {
    metadata: { k: '2' },
  }),
  read('SubscribeRequest', 'text beyond ASCII', '1203e282ac', { symbols: ['€'] }),
  read('HeartbeatRequest', 'a negative timestamp', '08ffffffffffffffffff01', { timestampMs: '-1' }),
  read('HeartbeatRequest', 'the largest integer that a double holds exactly', '10ffffffffffffff0f', {
    sequence: '9007199254740991',
  }),
  read('DataBatch', 'sequence_deltas that are not packed', '38023807', { sequenceDeltas: [2, 7] }),
  read('DataBatch', 'sequence_deltas in two packed runs', '3a01023a0107', { sequenceDeltas: [2, 7] }),
  read('DataBatch', 'a bool is true for any value but 0', '2002', { isSnapshot: true }),
  read('AuthRequest', 'features that are not known', '0a0575736572312a0974656c65706174687a', {
    username: 'user1',
    features: ['telepathz'],
  }),
  refused('SubscribeRequest', 'a tag that is cut off', 'ff'),
  refused('SubscribeRequest', 'a varint that is cut off', '0880'),
  refused('SubscribeRequest', 'a varint of eleven bytes', '08ffffffffffffffffffff01'),
  refused('SubscribeRequest', 'a length beyond the end', '120541'),
  refused('SubscribeRequest', 'a length of 2^32 - 1', '12ffffffff0f41'),
  refused('SubscribeRequest', 'field number 0', '0001'),
  refused('SubscribeRequest', 'wire type 6', '0801a606'),
  refused('SubscribeRequest', 'wire type 7', '0801a706'),
  refused('SubscribeRequest', 'the end of a group that did not begin', '0801a406'),
  refused('SubscribeRequest', 'a group that does not end', '0801a3060801'),
  refused('SubscribeRequest', 'a group that ends as another', '0801a3060801ac06'),
  refused('SubscribeRequest', 'groups 1,000 deep', 'a306'.repeat(1_000) + 'a406'.repeat(1_000)),
  refused('SubscribeRequest', 'text that is not UTF-8', '1202c328'),
  refused('SubscribeRequest', 'a map entry that is cut off', '22030a0261'),
  refused('HeartbeatRequest', 'a timestamp that is cut off', '08809aef'),
  refused('AuthRequest', 'a name that is not UTF-8', '0a01ff'),
  refused('DataBatch', 'a tick that is cut off', '0a030a0541'),
];
