import { describe, expect, it } from '@jest/globals';
import { parseLdd } from './shared-libraries.ts';

describe('parseLdd', () => {
  it('gives the files of libraries and of the loader', () => {
    const output = [
      '\tlinux-vdso.so.1 (0x00007fb374e25000)',
      '\tlibdl.so.2 => /lib/x86_64-linux-gnu/libdl.so.2 (0x00007fb374e0f000)',
      '\t/lib64/ld-linux-x86-64.so.2 (0x00007fb374e27000)',
    ].join('\n');
    expect(parseLdd(output)).toEqual(['/lib/x86_64-linux-gnu/libdl.so.2', '/lib64/ld-linux-x86-64.so.2']);
  });

  it('says which library is missing', () => {
    expect(() => parseLdd('\tlibatomic.so.1 => not found')).toThrow('libatomic.so.1 => not found');
  });
});
