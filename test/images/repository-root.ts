import { dirname } from 'node:path';

/** The folder that holds package-lock.json and the Dockerfiles. */
export const repositoryRoot: string = dirname(dirname(import.meta.dirname));
