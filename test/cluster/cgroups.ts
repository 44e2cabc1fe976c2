import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { mkdir, readFile, readdir, rmdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const mountPoint = '/sys/fs/cgroup';

/** The folder of each cgroup hierarchy: one for version 2, one per controller for version 1 (cgroups(7)). */
function hierarchies(): readonly string[] {
  if (existsSync(join(mountPoint, 'cgroup.controllers'))) return [mountPoint];
  const mounts = readFileSync('/proc/self/mounts', 'utf8').split('\n');
  return mounts
    .map((line) => line.split(' '))
    .filter((fields) => fields[2] === 'cgroup')
    .map((fields) => fields[1]!)
    .filter((folder, index, all) => all.indexOf(folder) === index);
}

/** Makes the cgroup below which a node's pods live, in every hierarchy. */
export async function createCgroup(name: string): Promise<void> {
  for (const hierarchy of hierarchies()) {
    const folder = join(hierarchy, name);
    await mkdir(folder, { recursive: true });
    if (existsSync(join(hierarchy, 'cgroup.controllers'))) await delegateControllers(hierarchy, folder);
    else await inheritCpuset(hierarchy, folder);
  }
}

/** Version 2: a child has only the controllers that its parent hands on. */
async function delegateControllers(root: string, folder: string): Promise<void> {
  const available = (await readFile(join(root, 'cgroup.controllers'), 'utf8')).trim().split(/\s+/);
  const all = available.map((controller) => `+${controller}`).join(' ');
  await writeFile(join(root, 'cgroup.subtree_control'), all);
  await writeFile(join(folder, 'cgroup.subtree_control'), all);
}

/** Version 1: a new cpuset is empty, and nothing may be put into it before it has processors and memory. */
async function inheritCpuset(hierarchy: string, folder: string): Promise<void> {
  for (const file of ['cpuset.cpus', 'cpuset.mems']) {
    if (!existsSync(join(folder, file))) continue;
    await writeFile(join(folder, file), await readFile(join(hierarchy, file), 'utf8'));
  }
}

/** Removes the cgroup and all below it; what still holds processes stays and is named in the error. */
export async function removeCgroup(name: string): Promise<void> {
  for (const hierarchy of hierarchies()) await removeTree(join(hierarchy, name));
}

async function removeTree(folder: string): Promise<void> {
  if (!existsSync(folder)) return;
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    if (entry.isDirectory()) await removeTree(join(folder, entry.name));
  }
  await rmdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
  });
}

/** The processes in the cgroup and below it, in any hierarchy. */
export function processesIn(name: string): readonly number[] {
  const found = new Set<number>();
  const visit = (folder: string): void => {
    if (!existsSync(folder)) return;
    for (const line of readFileSync(join(folder, 'cgroup.procs'), 'utf8').split('\n')) {
      if (line !== '') found.add(Number(line));
    }
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      if (entry.isDirectory()) visit(join(folder, entry.name));
    }
  };
  for (const hierarchy of hierarchies()) visit(join(hierarchy, name));
  return [...found];
}
