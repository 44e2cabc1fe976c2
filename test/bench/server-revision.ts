import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from '../cluster/run.ts';

/**
 * Which state of our server is measured: version, commit, and whether its code differs from that.
 * @param root of the repository; without git the version alone is told
 */
export async function serverRevision(root: string): Promise<string> {
  const manifest: unknown = JSON.parse(await readFile(join(root, 'server', 'package.json'), 'utf8'));
  const version = String(Reflect.get(Object(manifest), 'version'));
  try {
    const commit = (await run('git', ['rev-parse', '--short', 'HEAD'], { cwd: root })).trim();
    const changes = await run('git', ['status', '--porcelain', '--', 'server', 'protocol'], { cwd: root });
    return `${version} (${commit}${changes.trim() === '' ? '' : ', changed'})`;
  } catch {
    return version;
  }
}
