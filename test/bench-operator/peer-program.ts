import { readFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensureBinary } from '../cluster/go-binary.ts';
import type { Report } from '../cluster/report.ts';

const folder = join(dirname(fileURLToPath(import.meta.url)), 'peer');

/** The path of the peer; built when the cache does not hold it. */
export async function ensurePeer(report: Report): Promise<string> {
  const sources = (await readdir(folder)).filter((name) => /\.(go|mod|sum)$/.test(name)).sort();
  const built = await ensureBinary(
    {
      title: 'the peer on controller-runtime',
      names: ['operator-peer'],
      coldBuild: 'about 2 minutes',
      sources: sources.map((name) => join(folder, name)),
      linkerFlags: '-s -w',
      from: { folder },
    },
    report,
  );
  return join(built, 'operator-peer');
}

/** Version of controller-runtime that the peer is built with. */
export function controllerRuntimeVersion(): string {
  const module = readFileSync(join(folder, 'go.mod'), 'utf8');
  return /controller-runtime (v[\d.]+)/.exec(module)?.[1] ?? 'unknown';
}
