import type { Kubectl } from './kubectl.ts';

export interface Credentials {
  readonly username: string;
  readonly password: string;
}

/** The user name and password that the operator generated for a TickStorm. */
export async function readCredentials(kubectl: Kubectl, namespace: string, name: string): Promise<Credentials> {
  const secret = await kubectl.get<{ data: { username: string; password: string } }>(
    'secret',
    `${name}-auth`,
    `--namespace=${namespace}`,
  );
  const decode = (text: string): string => Buffer.from(text, 'base64').toString();
  return { username: decode(secret.data.username), password: decode(secret.data.password) };
}
