import { describe, expect, it } from '@jest/globals';
import { optionEntries, settingKey } from './options.ts';

describe('the table of options', () => {
  it.each(optionEntries.filter(([, { default: byDefault }]) => byDefault !== ''))(
    '%s accepts its own default',
    (_, { default: byDefault, value }) => {
      expect(value.read(byDefault)).not.toBeUndefined();
    },
  );

  it('uses no name twice, aliases and keys of the file included', () => {
    const names = optionEntries.flatMap(([name, { alias }]) => (alias === undefined ? [name] : [name, alias]));
    expect(new Set(names).size).toBe(names.length);
    expect(new Set(names.map(settingKey)).size).toBe(names.length);
  });

  it.each([
    ['MAX_CONNECTIONS_PER_IP', 'maxConnectionsPerIp'],
    ['LOG_LEVEL', 'logLevel'],
  ])('writes %s as %s in the configuration file', (name, key) => {
    expect(settingKey(name)).toBe(key);
  });
});
