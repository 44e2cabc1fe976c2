// npm run images -- [server|operator|pause]...
// Builds the images without registry or container engine and prints one line per image on standard
// output: reference, archive, unpacked and compressed bytes. Progress goes to standard error.
import { parseArgs } from 'node:util';
import type { ImageArchive } from './archive-store.ts';
import { ensureImage } from './ensure-image.ts';
import { ensurePauseImage } from './ensure-pause-image.ts';
import { timedReport, type Report } from '../cluster/report.ts';

const ensure: Record<string, (report: Report, signal: AbortSignal) => Promise<ImageArchive>> = {
  server: (report, signal) => ensureImage('server', report, signal),
  operator: (report, signal) => ensureImage('operator', report, signal),
  pause: ensurePauseImage,
};

async function main(names: readonly string[]): Promise<number> {
  const wrong = names.filter((name) => ensure[name] === undefined);
  if (wrong.length > 0) {
    console.error(`images: there is no image ${wrong.join(', ')}; choose from ${Object.keys(ensure).join(', ')}`);
    return 64;
  }
  const report = timedReport('images');
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort());
  for (const name of names.length > 0 ? names : ['server', 'operator']) {
    try {
      const image = await ensure[name]!(report, stop.signal);
      console.log([image.reference, image.archive, image.unpackedBytes, image.compressedBytes].join('\t'));
    } catch (error) {
      console.error(
        stop.signal.aborted ? 'images: stopped' : `images: ${error instanceof Error ? error.message : String(error)}`,
      );
      return stop.signal.aborted ? 130 : 1;
    }
  }
  return 0;
}

process.exitCode = await main(parseArgs({ allowPositionals: true }).positionals);
