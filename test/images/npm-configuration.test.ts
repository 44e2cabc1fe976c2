import { describe, expect, it } from '@jest/globals';
import { withoutMachinePaths } from './npm-configuration.ts';

describe('withoutMachinePaths', () => {
  it('keeps registries and tokens and replaces paths', () => {
    const npmrc =
      'cafile=/home/me/ca.pem\nregistry=https://npm.example/\n//npm.example/:_authToken=t\ncache = /home/me/npm\n';
    expect(withoutMachinePaths(npmrc, '/etc/ca.crt')).toBe(
      'registry=https://npm.example/\n//npm.example/:_authToken=t\ncafile=/etc/ca.crt\n',
    );
  });
});
