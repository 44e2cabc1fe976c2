import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { WatchedFiles } from './watched-files.ts';

let folder: string;
let paths: string[];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tick-watched-'));
  paths = ['one', 'two'].map((name) => join(folder, name));
  write('1', '2');
});
afterEach(() => rmSync(folder, { recursive: true }));

function write(...contents: string[]): void {
  for (const [index, content] of contents.entries()) writeFileSync(paths[index]!, content);
}

function texts(news: ReturnType<WatchedFiles['look']>): unknown {
  return Array.isArray(news) ? news.map(String) : news;
}

describe('WatchedFiles', () => {
  it('tells of a change once, and only when it has stayed for one more look', () => {
    const files = new WatchedFiles(paths);
    expect(texts(files.start())).toEqual(['1', '2']);
    expect(files.look()).toBeUndefined();
    write('half', '2');
    expect(files.look()).toBeUndefined();
    write('whole', '2');
    expect(files.look()).toBeUndefined();
    expect(texts(files.look())).toEqual(['whole', '2']);
    expect(files.look()).toBeUndefined();
  });

  it('tells nothing of what was taken back', () => {
    const files = new WatchedFiles(paths);
    files.start();
    write('other');
    expect(files.look()).toBeUndefined();
    write('1');
    expect([files.look(), files.look()]).toEqual([undefined, undefined]);
  });

  it('tells once that a file is gone, and when it is back', () => {
    const files = new WatchedFiles(paths);
    files.start();
    rmSync(paths[1]!);
    expect(files.look()).toBeUndefined();
    expect(files.look()).toEqual({ problem: expect.stringMatching(/^cannot be read: ENOENT: no such file/) });
    expect(files.look()).toBeUndefined();
    write('1', '2');
    expect(files.look()).toBeUndefined();
    expect(texts(files.look())).toEqual(['1', '2']);
  });
});
