import type { Kubectl } from '../install/kubectl.ts';
import type { OperatorAccount } from './operator-accounts.ts';

/** One thing that somebody may or may not do. */
export interface Right {
  readonly verb: string;
  readonly group: string;
  /** Plural, with its subresource where there is one: `pods/exec`. */
  readonly resource: string;
  /** Undefined: in all namespaces, or of no namespace. */
  readonly namespace?: string | undefined;
  readonly name?: string;
}

/** Asks the API server which of these an account may do; answers in the order of the questions. */
export async function mayDo(
  kubectl: Kubectl,
  { name, namespace }: OperatorAccount,
  rights: readonly Right[],
): Promise<boolean[]> {
  const items = rights.map((right) => {
    const [resource, subresource] = right.resource.split('/');
    return {
      apiVersion: 'authorization.k8s.io/v1',
      kind: 'SubjectAccessReview',
      spec: {
        user: `system:serviceaccount:${namespace}:${name}`,
        groups: ['system:serviceaccounts', `system:serviceaccounts:${namespace}`, 'system:authenticated'],
        resourceAttributes: { ...right, resource, subresource },
      },
    };
  });
  const list = JSON.stringify({ apiVersion: 'v1', kind: 'List', items });
  const output = '--output=jsonpath={.status.allowed}{"\\n"}';
  const answers = await kubectl.run(['create', output, '-f', '-'], list);
  return answers
    .trim()
    .split('\n')
    .map((answer) => answer === 'true');
}

/** The right in words, for a message. */
export function inWords({ verb, group, resource, namespace, name }: Right): string {
  const what = `${resource}${group === '' ? '' : `.${group}`}${name === undefined ? '' : ` ${name}`}`;
  return `${verb} ${what} ${namespace === undefined ? 'everywhere' : `in ${namespace}`}`;
}
