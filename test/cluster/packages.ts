import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { elapsed, withHeartbeat } from './report.ts';
import type { Report } from './report.ts';
import { run } from './run.ts';

/** Debian packages, each with the program that shows it is there. */
export type Packages = Readonly<Record<string, string>>;

/** What a node or an image build needs. */
export const clusterPackages: Packages = {
  containerd: 'containerd',
  // crun is no substitute: it refuses hybrid cgroup hierarchies.
  runc: 'runc',
  'containernetworking-plugins': '/usr/lib/cni/bridge',
  iproute2: 'ip',
  iptables: 'iptables',
  nftables: 'nft',
  conntrack: 'conntrack',
  kmod: 'modprobe',
  mount: 'mount',
  'util-linux': 'unshare',
  tini: 'tini',
  openssl: 'openssl',
  buildah: 'buildah',
  'ca-certificates': '/usr/sbin/update-ca-certificates',
};

function isThere(program: string): boolean {
  if (program.startsWith('/')) return existsSync(program);
  const path = `${process.env['PATH'] ?? ''}${delimiter}/usr/sbin${delimiter}/sbin`;
  return path.split(delimiter).some((folder) => existsSync(join(folder, program)));
}

/** Installs what is missing with apt-get, or says in one sentence what is missing and why it cannot. */
export async function ensurePackages(packages: Packages, report: Report): Promise<void> {
  const missing = Object.keys(packages).filter((name) => !isThere(packages[name]!));
  if (missing.length === 0) return;
  const names = missing.join(' ');
  if (!isThere('apt-get')) {
    throw new Error(`these programs are missing and there is no apt-get to install them: ${names}`);
  }
  if (process.getuid?.() !== 0) {
    throw new Error(`these Debian packages are missing and only root can install them: ${names}`);
  }
  const started = Date.now();
  report(`installing Debian packages: ${names}`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  await withHeartbeat(report, 'installing Debian packages', async () => {
    await run('apt-get', ['update', '-qq'], { env });
    await run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...missing], { env });
  });
  report(`installed Debian packages in ${elapsed(started)}`);
}
