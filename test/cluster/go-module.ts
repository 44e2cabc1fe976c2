import { run } from './run.ts';

/** A Go module of which files are wanted, not programs. */
export interface GoModule {
  /** `PATH@VERSION`. */
  readonly module: string;
  /** Its checksum, as in go.sum. */
  readonly sum: string;
}

/** The folder of a module's files, in Go's own cache; downloaded when it is not there. Read-only. */
export async function ensureGoModule({ module, sum }: GoModule): Promise<string> {
  const answer = await run('go', ['mod', 'download', '-json', module]);
  const found = JSON.parse(answer) as { readonly Dir: string; readonly Sum: string };
  if (found.Sum !== sum) throw new Error(`${module} has checksum ${found.Sum}, not ${sum}`);
  return found.Dir;
}
