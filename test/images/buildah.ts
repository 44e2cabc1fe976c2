import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runCommand } from './run-command.ts';

export interface BuildOptions {
  dockerfile: string;
  context: string;
  reference: string;
  buildArgs?: Readonly<Record<string, string>>;
  /** Identifier → file that a `RUN --mount=type=secret` may read. */
  secrets?: Readonly<Record<string, string>>;
  /** Called with each line of the build's output. */
  onLine?: (line: string) => void;
}

/**
 * A build that is stopped, or whose starter is killed, must leave no process and no mount behind: it runs in
 * namespaces of its own, which the kernel clears with their first process.
 */
const contained = [
  'setpriv',
  '--pdeathsig=KILL',
  'unshare',
  '--mount-proc',
  '--pid',
  '--fork',
  '--kill-child=KILL',
  '--',
] as const;

const acceptAll = JSON.stringify({ default: [{ type: 'insecureAcceptAnything' }] });

/**
 * buildah(1) with a storage of its own below `directory`, so that neither the machine's images nor its
 * configuration play a part. Needs no engine and no registry: `vfs` storage, `chroot` isolation.
 */
export class Buildah {
  readonly #directory: string;
  readonly #signal: AbortSignal | undefined;

  constructor(directory: string, signal: AbortSignal | undefined) {
    this.#directory = directory;
    this.#signal = signal;
  }

  /** Makes the folders; fails with a sentence for the user when buildah is not installed. */
  async prepare(): Promise<void> {
    for (const folder of ['storage', 'run', 'tmp']) await mkdir(join(this.#directory, folder), { recursive: true });
    await writeFile(this.#policy, acceptAll);
    try {
      await runCommand('buildah', ['--version']);
    } catch (error) {
      const reason = 'building images needs buildah, which is not installed (Debian: apt-get install buildah)';
      throw new Error(reason, { cause: error });
    }
  }

  async build(options: BuildOptions): Promise<void> {
    const { dockerfile, context, reference, buildArgs = {}, secrets = {}, onLine } = options;
    const args = [
      'bud',
      '--isolation=chroot',
      '--pull-never',
      `--signature-policy=${this.#policy}`,
      ...Object.entries(buildArgs).flatMap(([name, value]) => ['--build-arg', `${name}=${value}`]),
      ...Object.entries(secrets).flatMap(([id, file]) => ['--secret', `id=${id},src=${file}`]),
      `--file=${dockerfile}`,
      `--tag=${reference}`,
      context,
    ];
    await this.#run(args, onLine);
  }

  /** Writes an image into an uncompressed docker-archive, which containerd, docker, kind and minikube load. */
  async save(reference: string, file: string): Promise<void> {
    await this.#run(['push', `--signature-policy=${this.#policy}`, reference, `docker-archive:${file}:${reference}`]);
  }

  /** All references in the storage. */
  async references(): Promise<string[]> {
    const text = await this.#run([
      'images',
      '--noheading',
      '--filter',
      'dangling=false',
      '--format',
      '{{.Name}}:{{.Tag}}',
    ]);
    return text.split('\n').filter((line) => line !== '');
  }

  async removeImage(reference: string): Promise<void> {
    await this.#run(['rmi', '--force', reference]);
  }

  /** Removes what an interrupted build may have left. Only for the holder of the lock: it would break a running build. */
  async removeLeftovers(): Promise<void> {
    await this.#run(['rm', '--all']);
    await this.#run(['rmi', '--prune', '--force']);
  }

  get #policy(): string {
    return join(this.#directory, 'policy.json');
  }

  async #run(args: readonly string[], onLine?: (line: string) => void): Promise<string> {
    const storage = [
      '--storage-driver',
      'vfs',
      '--root',
      join(this.#directory, 'storage'),
      '--runroot',
      join(this.#directory, 'run'),
    ];
    return runCommand(contained[0], [...contained.slice(1), 'buildah', ...storage, ...args], {
      env: { ...process.env, TMPDIR: join(this.#directory, 'tmp') },
      signal: this.#signal,
      killSignal: 'SIGKILL',
      ...(onLine === undefined ? {} : { onLine }),
    });
  }
}
