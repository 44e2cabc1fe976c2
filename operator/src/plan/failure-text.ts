import { API_VERSION, KIND } from '../api/v1alpha1/group.ts';
import { ApiError, GarbledAnswerError, isUndeclaredField } from '../runtime/api-error.ts';
import { trusted } from '../runtime/trusted.ts';

/** Whether a refusal is about who asks, and not about the object: quotas and admission answer 403 too. */
function isAboutRights(error: unknown): boolean {
  if (!(error instanceof ApiError) || error.status !== 403) return false;
  return /\bcannot \w+ resource\b|attempting to grant/.test(error.message);
}

/** Whether the API server could not answer now, so that nothing is said of what was asked. */
function isForNow(error: ApiError): boolean {
  return error.status === 429 || (error.status >= 500 && !isUndeclaredField(error));
}

/** Whether a failure says nothing of the object: it is about who asks, how often, or about the API server. */
export function isAboutAsking(error: ApiError): boolean {
  return isAboutRights(error) || error.status === 401 || isForNow(error);
}

/** Codes of failures to reach a server at all, as far as more than the code is to be said. */
const UNREACHABLE: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nobody listens there',
  ENOTFOUND: 'there is no host of that name',
  EAI_AGAIN: 'the name cannot be looked up now',
  EHOSTUNREACH: 'there is no way to that host',
  ENETUNREACH: 'there is no way to that network',
};

const property = (error: unknown, name: string): unknown =>
  error !== null && typeof error === 'object' ? Reflect.get(error, name) : undefined;

/** The code of a failure below HTTP, also where several addresses of a name have failed; undefined for another one. */
function codeOf(error: unknown): string | undefined {
  const errors = property(error, 'errors');
  const inner = Array.isArray(errors) ? trusted<readonly unknown[]>(errors) : [];
  const candidates = [error, property(error, 'cause'), ...inner];
  return candidates.map((each) => property(each, 'code')).find((code) => typeof code === 'string');
}

/**
 * What went wrong, where, and what would be right.
 * @param server address of the API server; undefined before it is known
 */
export function failureText(error: unknown, server: string | undefined): string {
  if (error instanceof ApiError) return apiFailureText(error, server);
  const message = error instanceof Error ? error.message : String(error);
  if (server === undefined) return message;
  if (error instanceof GarbledAnswerError) {
    return `what answers at ${server} is no Kubernetes API: ${message}. Is the kubeconfig's current context the right one?`;
  }
  const code = codeOf(error);
  const isLate = property(error, 'name') === 'TimeoutError';
  if (code === undefined && !isLate) return message;
  const why = isLate ? 'it does not answer in time' : (UNREACHABLE[code ?? ''] ?? (message || code));
  return `cannot reach the API server ${server}: ${why}. Is it up, and is the kubeconfig's current context the right one?`;
}

function apiFailureText(error: ApiError, server: string | undefined): string {
  if (error.status === 401) {
    return `the API server ${server} does not accept the credentials of the kubeconfig's current context: log in anew, or choose another context`;
  }
  if (isAboutRights(error)) {
    return (
      `${error.message}. A plan reads and tries out, as you, everything that the operator would write: it needs the ` +
      `rights to get, create and patch these objects, and to list TickStorms, Deployments, pods, quotas, limit ranges and budgets`
    );
  }
  if (isForNow(error)) {
    return `the API server ${server} could not answer now, so that nothing is known of the plan: ${error.message}. Try again`;
  }
  return error.message;
}

/** That a cluster does not know the kind. */
export const KIND_MISSING =
  `the cluster does not know ${KIND}s (${API_VERSION}): install their definition first, with the operator's chart or ` +
  'crds/tickstorm.io_tickstorms.yaml';
