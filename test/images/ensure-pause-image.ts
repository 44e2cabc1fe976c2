import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ImageArchive } from './archive-store.ts';
import { ensureArchive } from './build-archive.ts';
import { contentDigest } from './image-inputs.ts';
import type { Report } from '../cluster/report.ts';
import { runCommand } from './run-command.ts';

const sources = join(import.meta.dirname, 'pause');
const dockerfile = 'FROM scratch\nCOPY pause /pause\nUSER 65535:65535\nENTRYPOINT ["/pause"]\n';

/** The image of the process that holds a pod's namespaces, always `localhost/pause:1` (the runtime's `sandbox_image`). */
export async function ensurePauseImage(report: Report, signal?: AbortSignal): Promise<ImageArchive> {
  const key = contentDigest(sources, ['go.mod', 'main.go'], [dockerfile, process.arch]).slice(0, 12);
  const reference = 'localhost/pause:1';
  return ensureArchive({
    name: 'pause',
    key,
    reference,
    report,
    signal,
    build: async ({ buildah, workDirectory, onLine }) => {
      const env = { ...process.env, CGO_ENABLED: '0', GOFLAGS: '-mod=mod', GOTOOLCHAIN: 'local' };
      const flags = ['-trimpath', '-ldflags', '-s -w', '-o', join(workDirectory, 'pause')];
      await runCommand('go', ['build', ...flags, '.'], { cwd: sources, env, onLine, signal });
      const file = join(workDirectory, 'Dockerfile');
      await writeFile(file, dockerfile);
      await buildah.build({ dockerfile: file, context: workDirectory, reference, onLine });
    },
  });
}
