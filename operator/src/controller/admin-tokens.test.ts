import { describe, expect, it } from '@jest/globals';
import { parseTickStorm, type TickStorm } from '../api/v1alpha1/tick-storm.ts';
import type { KubeObject } from '../runtime/kube-object.ts';
import { trusted } from '../runtime/trusted.ts';
import { AdminTokens } from './admin-tokens.ts';
import { GeneratedSecrets } from './generated-secrets.ts';

function tickStorm(name: string, status: object = {}): TickStorm {
  const metadata = { name, namespace: 'n', uid: `uid-${name}`, generation: 1 };
  const parsed = parseTickStorm({ metadata, spec: {}, status: { observedGeneration: 1, ...status } });
  if (!parsed.ok) throw new Error(parsed.problem);
  return parsed.value;
}

function setup() {
  const secrets = new Map<string, KubeObject>();
  const calls: string[] = [];
  const tokens = new AdminTokens(
    new GeneratedSecrets(
      {
        get: async (_type, _namespace, name) => {
          calls.push(`get ${name}`);
          return secrets.get(name);
        },
        create: async (_type, _namespace, body) => {
          const made = trusted<KubeObject>(body);
          calls.push(`create ${made.metadata.name}`);
          secrets.set(made.metadata.name, made);
          return made;
        },
        apply: async () => {
          throw new Error('an existing Secret must not be changed');
        },
        mergePatch: async () => {
          throw new Error('an existing Secret must not be changed');
        },
      },
      () => 0,
    ),
    () => 0,
    { isFresh: () => true, mayWait: () => true },
  );
  return { tokens, secrets, calls };
}

const lastTransitionTime = '2026-01-02T03:04:05Z';
const inOrder = {
  conditions: [
    {
      type: 'Ready',
      status: 'True',
      observedGeneration: 1,
      reason: 'AllReplicasReady',
      message: '',
      lastTransitionTime,
    },
    {
      type: 'CredentialsReady',
      status: 'True',
      observedGeneration: 1,
      reason: 'SecretGenerated',
      message: '',
      lastTransitionTime,
    },
  ],
};

const tokenOf = (secret: KubeObject | undefined): string =>
  Buffer.from(trusted<{ token: string }>(secret?.['data']).token, 'base64').toString('utf8');

describe('the token of the admin port', () => {
  it('is made once for each TickStorm, and is one that the server takes', async () => {
    const { tokens, secrets, calls } = setup();
    for (const name of ['a', 'b', 'a']) await tokens.ensure(tickStorm(name));
    expect(calls).toEqual(['get a-admin', 'create a-admin', 'get b-admin', 'create b-admin']);
    expect(tokenOf(secrets.get('a-admin'))).toMatch(/^[\w-]{43}$/);
    expect(await tokens.tokenOf(tickStorm('a'))).toBe(tokenOf(secrets.get('a-admin')));
    expect(tokenOf(secrets.get('a-admin'))).not.toBe(tokenOf(secrets.get('b-admin')));
  });

  it('stays as it is when it is there, and is looked at again when the TickStorm is new', async () => {
    const { tokens, secrets, calls } = setup();
    await tokens.ensure(tickStorm('a'));
    const before = tokenOf(secrets.get('a-admin'));
    tokens.forget('uid-a');
    await tokens.ensure(tickStorm('a'));
    expect(tokenOf(secrets.get('a-admin'))).toBe(before);
    expect(calls).toEqual(['get a-admin', 'create a-admin', 'get a-admin']);
  });

  it('is not asked for by a new leader while the status vouches for it, until somebody needs it', async () => {
    const { tokens, calls } = setup();
    const vouched = tickStorm('a', inOrder);
    await tokens.ensure(vouched);
    expect(calls).toEqual([]);
    expect(await tokens.tokenOf(vouched)).toMatch(/^[\w-]{43}$/);
    expect(calls).toEqual(['get a-admin', 'create a-admin']);
  });

  it('is looked for once when several want it at the same time', async () => {
    const { tokens, calls } = setup();
    const wanted = tickStorm('a');
    const [first, , second] = await Promise.all([
      tokens.tokenOf(wanted),
      tokens.ensure(wanted),
      tokens.tokenOf(wanted),
    ]);
    expect(second).toBe(first);
    expect(calls).toEqual(['get a-admin', 'create a-admin']);
  });

  it('is not kept when the TickStorm was forgotten while somebody looked', async () => {
    const { tokens, calls } = setup();
    const looking = tokens.ensure(tickStorm('a'));
    tokens.forget('uid-a');
    await looking;
    await tokens.ensure(tickStorm('a'));
    expect(calls).toEqual(['get a-admin', 'create a-admin', 'get a-admin']);
  });
});
