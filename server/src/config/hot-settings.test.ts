import { describe, expect, it } from '@jest/globals';
import { readHotSettings } from './hot-settings.ts';

const fallback = {
  logLevel: 'warn' as const,
  ipAllowlist: [{ address: '10.0.0.0', prefix: 8, family: 'ipv4' as const }],
  ipBlocklist: [],
};

describe('readHotSettings', () => {
  it('takes what the file has and keeps the rest', () => {
    expect(readHotSettings('{"logLevel":"debug","ipBlocklist":["1.2.3.4"]}', fallback)).toEqual({
      logLevel: 'debug',
      ipAllowlist: fallback.ipAllowlist,
      ipBlocklist: [{ address: '1.2.3.4', prefix: 32, family: 'ipv4' }],
    });
  });

  it('can empty a list', () => {
    expect(readHotSettings('{"ipAllowlist":[]}', fallback)).toMatchObject({ ipAllowlist: [] });
  });

  it.each(['', '{"logLevel":"loud"}', '{"ipAllowlist":["nowhere"]}', '{"other":1}', '[]'])('refuses %j', (text) => {
    expect(readHotSettings(text, fallback)).toHaveProperty('problem');
  });
});
