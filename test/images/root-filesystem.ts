import { chmod, copyFile, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { rootCertificates } from 'node:tls';
import { sharedLibraries } from './shared-libraries.ts';

/** The user that images run as; `nonroot` of the distroless images. */
const nonroot = 65532;

const passwd = `root:x:0:0:root:/root:/sbin/nologin
nobody:x:65534:65534:nobody:/nonexistent:/sbin/nologin
nonroot:x:${nonroot}:${nonroot}:nonroot:/home/nonroot:/sbin/nologin
`;
const group = `root:x:0:
nobody:x:65534:
nonroot:x:${nonroot}:
`;

/** A folder that becomes an image's root: the directory layout of a distroless base, filled from this machine. */
export class RootFilesystem {
  readonly path: string;

  private constructor(path: string) {
    this.path = path;
  }

  /** An empty layout with accounts, name service configuration and public CA certificates, in a new folder below `parent`. */
  static async create(parent: string): Promise<RootFilesystem> {
    const root = new RootFilesystem(await mkdtemp(join(parent, 'root-')));
    await chmod(root.path, 0o755);
    for (const folder of [
      'app',
      'dev',
      'etc',
      'home/nonroot',
      'proc',
      'root',
      'sys',
      'usr/bin',
      'usr/lib',
      'usr/lib64',
      'var',
    ]) {
      await mkdir(join(root.path, folder), { recursive: true });
    }
    await mkdir(join(root.path, 'tmp'));
    await chmod(join(root.path, 'tmp'), 0o1777);
    for (const folder of ['bin', 'lib', 'lib64']) await symlink(`usr/${folder}`, join(root.path, folder));
    await root.write('/etc/passwd', passwd);
    await root.write('/etc/group', group);
    await root.write('/etc/nsswitch.conf', 'hosts: files dns\n');
    // Node's own list of public authorities, not this machine's, which may trust others besides.
    await root.write('/etc/ssl/certs/ca-certificates.crt', `${rootCertificates.join('\n')}\n`);
    return root;
  }

  async write(path: string, content: string, mode = 0o644): Promise<void> {
    const target = join(this.path, path);
    await mkdir(dirname(target), { recursive: true });
    await writeFile(target, content);
    await chmod(target, mode);
  }

  async copy(source: string, path: string, mode = 0o644): Promise<void> {
    const target = join(this.path, path);
    await mkdir(dirname(target), { recursive: true });
    await copyFile(source, target);
    await chmod(target, mode);
  }

  /** Copies a program to `path` and the shared libraries that it links to where its loader looks for them. */
  async addProgram(program: string, path: string): Promise<void> {
    await this.copy(program, path, 0o755);
    for (const library of await sharedLibraries(program)) await this.copy(library, library, 0o755);
  }

  async remove(): Promise<void> {
    await rm(this.path, { recursive: true, force: true });
  }
}
