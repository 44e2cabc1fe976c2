import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { repositoryRoot } from './repository-root.ts';

/** The arguments that the operator's image gives to Node, before the program. */
export function operatorNodeArguments(): string[] {
  const dockerfile = readFileSync(join(repositoryRoot, 'Dockerfile.operator'), 'utf8');
  const entrypoint = /^ENTRYPOINT (\[.*\])$/m.exec(dockerfile)?.[1];
  if (entrypoint === undefined) throw new Error('Dockerfile.operator has no ENTRYPOINT in exec form');
  return (JSON.parse(entrypoint) as string[]).slice(1, -1);
}
