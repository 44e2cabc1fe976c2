// Writes protocol/vectors/*.json with the suite's own writer of frames, which shares no code with the protocol
// package; with --check it only says whether the files are current.
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { conversations } from './conversation-vectors.ts';
import { faultVectors } from './fault-vectors.ts';
import { frameVectors } from './frame-vectors.ts';
import { messageVectors } from './message-vectors.ts';
import { checksumVectors, varintVectors } from './number-vectors.ts';
import { serverSettings } from './vector-shapes.ts';

const folder = join(import.meta.dirname, '..', '..', 'protocol', 'vectors');
const isCheck = process.argv.includes('--check');

const files: Readonly<Record<string, object>> = {
  'crc32c.json': { description: 'CRC-32C (Castagnoli) of byte strings.', vectors: checksumVectors },
  'varints.json': { description: 'Protobuf varints, each in its shortest form.', vectors: varintVectors },
  'frames.json': { description: 'Frames and the messages in them.', vectors: frameVectors },
  'faults.json': {
    description: 'Bytes that are not frames, and with which byte each fault shows.',
    vectors: faultVectors,
  },
  'messages.json': {
    description: 'Payloads that a canonical writer does not write, and what a reader makes of them.',
    vectors: messageVectors,
  },
  'conversations.json': {
    description: 'What a client sends and what the server answers.',
    server: { username: 'user1', password: 'pass1', settings: serverSettings },
    vectors: conversations,
  },
};

for (const [name, content] of Object.entries(files)) {
  const text = `${JSON.stringify(content, undefined, 2)}\n`;
  const path = join(folder, name);
  if ((await readFile(path, 'utf8').catch(() => '')) === text) continue;
  if (isCheck) {
    console.error(`protocol/vectors/${name} differs from test/vectors: run npm run generate`);
    process.exitCode = 1;
  } else {
    await writeFile(path, text);
    console.error(`wrote protocol/vectors/${name}`);
  }
}
