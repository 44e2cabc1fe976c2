import { describe, expect, it } from '@jest/globals';
import { parseByteSize } from './byte-size.ts';

describe('parseByteSize', () => {
  it.each([
    ['2147483648', 2_147_483_648],
    ['64Ki', 65_536],
    ['512Mi', 536_870_912],
    ['2Gi', 2_147_483_648],
    ['2GB', undefined],
    ['2G', undefined],
    ['1.5Gi', undefined],
    ['-1', undefined],
    ['', undefined],
  ])('%j', (text, bytes) => expect(parseByteSize(text)).toBe(bytes));
});
