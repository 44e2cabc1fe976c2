import type { TickStorm } from '../api/v1alpha1/tick-storm.ts';
import { authSecretName } from '../builders/auth-secret.ts';
import { objectNames } from '../builders/names.ts';
import { SECRET } from '../controller/kinds.ts';
import { ownershipFor } from '../controller/ownership.ts';
import type { Preview } from './preview.ts';
import { SecretReader } from './secret-reader.ts';

/** What the operator would do to the Secrets that it generates: once and never again, so only whether they are there. */
export async function secretPreviews(secrets: SecretReader, tickStorm: TickStorm): Promise<Preview[]> {
  const { namespace, name } = tickStorm.metadata;
  const { adminSecret } = objectNames(name);
  const isGiven = tickStorm.spec.auth.secretRef !== undefined;
  const previews: Preview[] = [];
  for (const secret of isGiven ? [adminSecret] : [authSecretName(tickStorm), adminSecret]) {
    const look = await SecretReader.attempt(secrets.get(SECRET, namespace, secret));
    // Whoever may not see it is told so with the condition of the credentials.
    if ('unknown' in look) continue;
    const object = `Secret ${namespace}/${secret}`;
    const owner = look.found === undefined ? undefined : ownershipFor(tickStorm)(look.found);
    if (owner === undefined) previews.push({ object, change: 'created', detail: 'its contents are generated' });
    else if (owner !== 'foreign') previews.push({ object, change: 'none' });
    else {
      const detail = 'exists and belongs to someone else (ResourceConflict)';
      previews.push({ object, change: 'blocked', detail, problem: 'ResourceConflict' });
    }
  }
  return previews;
}
