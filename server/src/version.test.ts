import { readFileSync } from 'node:fs';
import { expect, it } from '@jest/globals';
import { SERVER_VERSION } from './version.ts';

it('the version is that of the package', () => {
  const manifest: unknown = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
  expect(manifest).toMatchObject({ version: SERVER_VERSION });
});
