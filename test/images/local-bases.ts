import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Buildah } from './buildah.ts';
import { contentDigest } from './image-inputs.ts';
import { elapsed, type Report } from '../cluster/report.ts';
import { repositoryRoot } from './repository-root.ts';
import { RootFilesystem } from './root-filesystem.ts';
import { runCommand } from './run-command.ts';
import { sharedLibraries } from './shared-libraries.ts';

/** The npm in the build base; the release line that Node 24 ships. */
const npmVersion = '11.19.1';
export const machineCertificates = '/etc/ssl/certs/ca-certificates.crt';
const projectNode = join(repositoryRoot, 'node_modules', 'node', 'bin', 'node');

/** References of the images that stand in for the public ones where no registry can be reached. */
export interface LocalBases {
  /** For BUILD_IMAGE: node, npm and a shell. */
  build: string;
  /** For BASE_IMAGE: the layout of distroless, Node at /nodejs/bin/node. */
  runtime: string;
}

/** The digest of what the runtime base consists of: Node, the libraries that it links, and this folder's code. */
export async function runtimeBaseDigest(): Promise<string> {
  if (!existsSync(projectNode)) throw new Error('there is no Node at node_modules/node/bin/node: run npm ci first');
  const libraries = await sharedLibraries(projectNode);
  const version = await runCommand(projectNode, ['--version']);
  const code = contentDigest(import.meta.dirname, ['local-bases.ts', 'root-filesystem.ts'], []);
  return contentDigest('/', libraries, [code, version, process.arch]);
}

/** Builds the two local bases unless the storage has them already. */
export async function ensureLocalBases(
  buildah: Buildah,
  workDirectory: string,
  runtimeDigest: string,
  report: Report,
): Promise<LocalBases> {
  const certificates = existsSync(machineCertificates) ? await readFile(machineCertificates, 'utf8') : undefined;
  const buildDigest = createHash('sha256')
    .update(`${runtimeDigest}\0${npmVersion}\0${certificates ?? ''}`)
    .digest('hex');
  const bases: LocalBases = {
    runtime: `localhost/tick-storm-base:${runtimeDigest.slice(0, 12)}`,
    build: `localhost/tick-storm-build-base:${buildDigest.slice(0, 12)}`,
  };
  const present = await buildah.references();
  const startedMs = Date.now();
  if (!present.includes(bases.runtime)) {
    report('base image: collecting Node and its libraries');
    const root = await runtimeRoot(workDirectory);
    await buildFromFolder(buildah, root, bases.runtime, '');
    report(`base image: built (${elapsed(startedMs)})`);
  }
  if (!present.includes(bases.build)) {
    report(`build image: adding a shell and npm ${npmVersion}`);
    const root = await runtimeRoot(workDirectory);
    await addBuildTools(root, certificates);
    await buildFromFolder(buildah, root, bases.build, `ENV PATH=/usr/bin NODE_EXTRA_CA_CERTS=${machineCertificates}\n`);
    report(`build image: built (${elapsed(startedMs)})`);
  }
  for (const old of present) if (!Object.values(bases).includes(old)) await buildah.removeImage(old);
  return bases;
}

async function runtimeRoot(parent: string): Promise<RootFilesystem> {
  const root = await RootFilesystem.create(parent);
  await root.addProgram(projectNode, '/nodejs/bin/node');
  return root;
}

async function addBuildTools(root: RootFilesystem, certificates: string | undefined): Promise<void> {
  await root.addProgram('/bin/sh', '/usr/bin/sh');
  await runCommand('npm', [
    'install',
    '--prefix',
    join(root.path, 'usr/lib/npm'),
    '--no-audit',
    '--no-fund',
    `npm@${npmVersion}`,
  ]);
  await root.write('/usr/bin/node', '#!/bin/sh\nexec /nodejs/bin/node "$@"\n', 0o755);
  await root.write('/usr/bin/npm', '#!/bin/sh\nexec node /usr/lib/npm/node_modules/npm/bin/npm-cli.js "$@"\n', 0o755);
  if (certificates !== undefined) await root.write(machineCertificates, certificates);
}

/** Makes an image of one layer from a folder, which it removes. */
async function buildFromFolder(
  buildah: Buildah,
  root: RootFilesystem,
  reference: string,
  instructions: string,
): Promise<void> {
  const dockerfile = `${root.path}.Dockerfile`;
  try {
    await writeFile(dockerfile, `FROM scratch\nCOPY . /\n${instructions}`);
    await buildah.build({ dockerfile, context: root.path, reference });
  } finally {
    await root.remove();
  }
}
