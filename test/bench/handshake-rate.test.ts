import { expect, it } from '@jest/globals';
import { allowed, parseSpeed } from './handshake-rate.ts';

const OUTPUT = `version: 3.0.19
                              sign    verify    sign/s verify/s
 256 bits ecdsa (nistp256)   0.0000s   0.0001s  40696.9  12050.0
                              op      op/s
 253 bits ecdh (X25519)   0.0000s  25798.0
`;

it('reads the table of openssl speed', () => {
  expect(parseSpeed(OUTPUT)).toEqual({ signs: 40_696.9, derives: 25_798 });
  expect(parseSpeed(OUTPUT.replace('X25519', 'X448'))).toBeUndefined();
});

it('adds the times of both operations', () => {
  expect(allowed({ signs: 300, derives: 600 })).toBeCloseTo(200);
});
