import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ImageArchive } from './archive-store.ts';
import { ensureArchive } from './build-archive.ts';
import { contentDigest, imageDigest } from './image-inputs.ts';
import { ensureLocalBases, machineCertificates, runtimeBaseDigest } from './local-bases.ts';
import { npmConfiguration } from './npm-configuration.ts';
import type { Report } from '../cluster/report.ts';
import { repositoryRoot } from './repository-root.ts';

export type ImageName = 'server' | 'operator';

/** Sources that images are built from. */
export interface ImageSource {
  /** The folder that holds package-lock.json and the Dockerfiles. */
  readonly root: string;
  /** Stands before the names of archives, so that those of other sources do not drive them out of the cache. */
  readonly prefix: string;
}

/**
 * The image of the server or the operator, built from its Dockerfile on local bases unless one of exactly
 * these sources is in the cache. Progress goes to `report`; `signal` stops a build.
 */
export async function ensureImage(
  name: ImageName,
  report: Report,
  signal?: AbortSignal,
  { root, prefix }: ImageSource = { root: repositoryRoot, prefix: '' },
): Promise<ImageArchive> {
  const dockerfile = `Dockerfile.${name}`;
  const baseDigest = await runtimeBaseDigest();
  const ownDigest = contentDigest(import.meta.dirname, ['ensure-image.ts', 'buildah.ts'], [baseDigest]);
  const currentKey = (): string => imageDigest(root, dockerfile, ownDigest).slice(0, 12);
  const key = currentKey();
  const reference = `localhost/tick-storm-${name}:${key}`;
  return ensureArchive({
    name: `${prefix}${name}`,
    key,
    reference,
    report,
    signal,
    build: async ({ buildah, workDirectory, onLine }) => {
      const bases = await ensureLocalBases(buildah, workDirectory, baseDigest, report);
      const npmrc = join(workDirectory, 'npmrc');
      await writeFile(npmrc, await npmConfiguration(machineCertificates), { mode: 0o600 });
      await buildah.build({
        dockerfile: join(root, dockerfile),
        context: root,
        reference,
        buildArgs: { BUILD_IMAGE: bases.build, BASE_IMAGE: bases.runtime },
        secrets: { npmrc },
        onLine,
      });
      if (currentKey() !== key)
        throw new Error(`sources of the ${name} image changed while it was built: build it again`);
    },
  });
}
