import { describe, expect, it } from '@jest/globals';
import { formatAddress, parseAddress } from './address.ts';

describe('parseAddress', () => {
  it.each([
    ['localhost:8080', { host: 'localhost', port: 8080 }],
    ['10.0.0.7:1', { host: '10.0.0.7', port: 1 }],
    ['[::1]:65535', { host: '::1', port: 65_535 }],
    ['[fe80::1%eth0]:8080', { host: 'fe80::1%eth0', port: 8080 }],
    ['tick-storm-service.tick-storm.svc:8080', { host: 'tick-storm-service.tick-storm.svc', port: 8080 }],
  ])('reads %s, and formatAddress writes it back', (text, address) => {
    expect(parseAddress(text)).toEqual(address);
    expect(formatAddress(address)).toBe(text);
  });

  it.each(['', 'localhost', ':8080', 'localhost:', 'localhost:0', 'localhost:65536', '::1:8080', 'tcp://h:1', 'a b:1'])(
    'refuses %j and says what an address looks like',
    (text) => {
      expect(() => parseAddress(text)).toThrow(`address ${JSON.stringify(text)} is not HOST:PORT`);
    },
  );
});
