import type { User } from '@kubernetes/client-node';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { asRecord, parseJson } from './json-values.ts';
import { trusted } from './trusted.ts';

/** How a kubeconfig calls a plugin (ExecConfig of client.authentication.k8s.io), as far as it is read here. */
interface PluginCall {
  readonly apiVersion?: string;
  readonly command: string;
  readonly args?: readonly string[] | null;
  readonly env?: readonly { readonly name: string; readonly value: string }[] | null;
}

/** What a plugin gives (ExecCredential), as a user of a kubeconfig has it. */
export type PluginCredential = Pick<User, 'token' | 'certData' | 'keyData'>;

interface Given {
  readonly credential: PluginCredential;
  /** Unix milliseconds; undefined: until the server refuses it. */
  readonly expiresAtMs: number | undefined;
}

/** Characters of a plugin's own words about its failure that are passed on: the last of them say most. */
const LONGEST_WORDS = 300;

/**
 * The credential plugin (`exec`) of a user of a kubeconfig. It is run here and not by client-node, which leaves one that
 * hangs running, with an input for which it may wait, and keeps what has no expiry for ever.
 */
export class CredentialPlugin {
  readonly #call: PluginCall;
  #given: Given | undefined;

  private constructor(call: PluginCall) {
    this.#call = call;
  }

  /** @returns undefined where the user has none */
  static of(user: User | null): CredentialPlugin | undefined {
    const call = trusted<PluginCall | null | undefined>(user?.exec);
    return call === undefined || call === null ? undefined : new CredentialPlugin(call);
  }

  /**
   * What the plugin gave last, or gives now where that has expired or was refused.
   * @param signal kills the plugin when it aborts; what the plugin itself has started is not known here
   */
  async credential(isRefused: boolean, signal: AbortSignal): Promise<PluginCredential> {
    if (isRefused) this.#given = undefined;
    const known = this.#given;
    if (known !== undefined && (known.expiresAtMs === undefined || known.expiresAtMs > Date.now())) {
      return known.credential;
    }
    this.#given = parse(this.#call.command, await run(this.#call, signal));
    return this.#given.credential;
  }
}

/** @returns what the plugin writes to its standard output */
async function run({ apiVersion, command, args, env }: PluginCall, signal: AbortSignal): Promise<string> {
  const info = { apiVersion, kind: 'ExecCredential', spec: { interactive: false } };
  const own = Object.fromEntries((env ?? []).map(({ name, value }) => [name, value]));
  const running = promisify(execFile)(command, [...(args ?? [])], {
    env: { ...process.env, KUBERNETES_EXEC_INFO: JSON.stringify(info), ...own },
    signal,
    // Who hangs may not listen to less.
    killSignal: 'SIGKILL',
  });
  running.child.stdin?.end();
  return await running.then(
    ({ stdout }) => stdout,
    (error: unknown) => {
      throw failureOf(command, trusted<PluginFailure>(error));
    },
  );
}

/** What is told of a failure: its own message has the arguments in it, which may be secret. */
function failureOf(command: string, { code, signal, stderr = '' }: PluginFailure): Error {
  const words = stderr.trim().slice(-LONGEST_WORDS);
  return new Error(`the credential plugin ${command} has failed (${signal ?? code}) ${words}`.trim());
}

interface PluginFailure {
  /** Exit code, or of the system, such as ENOENT. */
  readonly code?: number | string | null;
  readonly signal?: string | null;
  readonly stderr?: string;
}

function parse(command: string, text: string): Given {
  const status = asRecord(asRecord(parseJson(text))['status']);
  const textOf = (field: string): string | undefined => {
    const value = status[field];
    return typeof value === 'string' && value !== '' ? value : undefined;
  };
  const base64 = (pem: string | undefined): string | undefined => pem && Buffer.from(pem).toString('base64');
  const [token, expiry] = [textOf('token'), textOf('expirationTimestamp')];
  const [certData, keyData] = [base64(textOf('clientCertificateData')), base64(textOf('clientKeyData'))];
  if (token === undefined && (certData === undefined || keyData === undefined)) {
    throw new Error(`the credential plugin ${command} has given neither a token nor a certificate with its key`);
  }
  return {
    credential: {
      ...(token !== undefined && { token }),
      ...(certData !== undefined && { certData }),
      ...(keyData !== undefined && { keyData }),
    },
    expiresAtMs: expiry === undefined ? undefined : Date.parse(expiry),
  };
}
