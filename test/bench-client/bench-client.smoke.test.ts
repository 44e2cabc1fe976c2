import { expect, it } from '@jest/globals';
import { LOADS } from './load.ts';
import { measure } from './measure.ts';
import { READERS, type ReaderKind } from './readers.ts';

it.each(Object.keys(READERS) as ReaderKind[])('the client bench finds what a tick costs by %s', async (kind) => {
  const [load] = LOADS;
  const micros = await measure(kind, { ...load!, connections: 2 }, { warmUpMs: 100, measureMs: 500 });
  expect(micros).toBeGreaterThan(0);
});
