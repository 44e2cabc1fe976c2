import { describe, expect, it } from '@jest/globals';
import { readConfig } from '../config.ts';
import { changedSettings, notesOnHotSettings, readHotSettings } from './hot-settings.ts';
import type { HotSettings } from './options.ts';

function atStart(env: Record<string, string>): HotSettings {
  const result = readConfig({ AUTH_USERNAME: 'user', AUTH_PASSWORD: 'secret', ...env });
  if ('problems' in result) throw new Error('the environment is not valid');
  return result.config.hot;
}

const fallback = atStart({ LOG_LEVEL: 'warn', IP_ALLOWLIST: '10.0.0.0/8' });

function problemsOf(text: string): string[] {
  const result = readHotSettings(text, fallback);
  return 'problems' in result ? result.problems.map(({ name, value }) => `${name}=${value}`) : [];
}

describe('readHotSettings', () => {
  it('takes what the file has and keeps the rest', () => {
    expect(readHotSettings('{"logLevel":"debug","ipBlocklist":["1.2.3.4"]}', fallback)).toEqual({
      ...fallback,
      logLevel: 'debug',
      ipBlocklist: [{ address: '1.2.3.4', prefix: 32, family: 'ipv4' }],
    });
  });

  it('can empty a list', () => {
    expect(readHotSettings('{"ipAllowlist":[]}', fallback)).toEqual({ ...fallback, ipAllowlist: [] });
  });

  it.each(['', '[]', 'null', '"logLevel"'])('refuses %j, which is no object', (text) => {
    expect(problemsOf(text)).toEqual(['(the file)=']);
  });

  it('names every key that is wrong', () => {
    const text = '{"logLevel":"loud","ipAllowlist":["10.0.0.0/8","nowhere"],"ipBlocklist":"1.2.3.4","other":1}';
    expect(problemsOf(text)).toEqual([
      'logLevel="loud"',
      'ipAllowlist=["10.0.0.0/8","nowhere"]',
      'ipBlocklist="1.2.3.4"',
      'other=(not shown)',
    ]);
  });

  it('takes no two networks for one item', () => {
    expect(problemsOf('{"ipAllowlist":["10.0.0.0/8,192.168.0.0/16"]}')).toHaveLength(1);
  });

  it('shows no secret that does not belong into the file', () => {
    const result = readHotSettings('{"authPassword":"hunter2","adminTokn":"hunter2"}', fallback);
    expect(result).toMatchObject({ problems: [{ name: 'authPassword' }, { name: 'adminTokn' }] });
    expect(JSON.stringify(result)).not.toContain('hunter2');
  });

  it('says where a setting belongs that takes a restart', () => {
    const result = readHotSettings('{"workers":4}', fallback);
    expect(result).toMatchObject({
      problems: [{ name: 'workers', allowed: expect.stringMatching(/^WORKERS in the env/) }],
    });
  });
});

describe('changedSettings', () => {
  it('has what differs, with addresses as they are written', () => {
    const after = atStart({ LOG_LEVEL: 'warn', IP_ALLOWLIST: '10.0.0.0/8, 2001:db8::1', MAX_CONNECTIONS: '7' });
    expect(changedSettings(fallback, after)).toEqual({ ipAllowlist: ['10.0.0.0/8', '2001:db8::1'], maxConnections: 7 });
  });
});

describe('notesOnHotSettings', () => {
  it('warns when clients that keep the heartbeat interval would be closed', () => {
    expect(notesOnHotSettings(fallback)).toEqual([]);
    expect(notesOnHotSettings({ ...fallback, heartbeatTimeoutMs: 15_000 })).toHaveLength(1);
  });
});
