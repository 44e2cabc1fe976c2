import { afterAll, describe, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { loadKubeConfig } from './kube-config.ts';

const directory = mkdtempSync(join(tmpdir(), 'kube-config-'));
afterAll(() => rmSync(directory, { recursive: true }));

const absent = join(directory, 'absent');
const nowhere = { kubeconfig: undefined, homeFile: join(directory, 'home'), tokenFile: join(directory, 'token') };

interface Parts {
  readonly server?: string;
  readonly context?: string;
  readonly cluster?: object;
}

function file(name: string, { server = 'https://192.0.2.1:6443', context = 'main', cluster = {} }: Parts): string {
  const path = join(directory, name);
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': context,
    clusters: [{ name: 'c', cluster: { server, ...cluster } }],
    users: [{ name: 'u', user: { token: 't' } }],
    contexts: [{ name: 'main', context: { cluster: 'c', user: 'u' } }],
  };
  writeFileSync(path, JSON.stringify(config));
  return path;
}

function problemOf(kubeconfig: string): string | undefined {
  const result = loadKubeConfig({ ...nowhere, kubeconfig });
  return result.ok ? undefined : result.problem;
}

describe('loadKubeConfig', () => {
  it('says in one sentence what it looked for when there is nothing', () => {
    const result = loadKubeConfig(nowhere);
    expect(result).toMatchObject({ ok: false, problem: expect.stringContaining('KUBECONFIG is not set') });
    expect(result).toMatchObject({ ok: false, problem: expect.stringContaining(nowhere.homeFile) });
    expect(result).toMatchObject({ ok: false, problem: expect.stringContaining(nowhere.tokenFile) });
  });

  it('takes KUBECONFIG before the file at home', () => {
    const homeFile = file('at-home', { server: 'https://192.0.2.2:6443' });
    const kubeconfig = file('given', {});
    const server = (sources: object): string | undefined => {
      const result = loadKubeConfig({ ...nowhere, homeFile, ...sources });
      return result.ok ? result.config.getCurrentCluster()?.server : result.problem;
    };
    expect(server({ kubeconfig })).toBe('https://192.0.2.1:6443');
    expect(server({ kubeconfig: '' })).toBe('https://192.0.2.2:6443');
  });

  it('refuses what would fail every request, and names the file', () => {
    expect(problemOf(absent)).toMatch(/^no usable kubeconfig: .*absent.*ENOENT/);
    expect(problemOf(file('no-context', { context: '' }))).toMatch(/no-context: it has no current-context/);
    expect(problemOf(file('odd-context', { context: 'other' }))).toMatch(/"other" names no cluster/);
    expect(problemOf(file('no-url', { server: 'nonsense' }))).toMatch(/must be a URL/);
    expect(problemOf(file('plain', { server: 'http://127.0.0.1:8001' }))).toMatch(/insecure-skip-tls-verify/);
    const cluster = { 'certificate-authority': absent };
    expect(problemOf(file('no-ca', { cluster }))).toMatch(/names the file .*absent, which does not exist/);
    expect(problemOf([file('good', {}), absent].join(delimiter))).toMatch(/ENOENT/);
    writeFileSync(join(directory, 'text'), 'just text');
    expect(problemOf(join(directory, 'text'))).toMatch(/^no usable kubeconfig: .*text/);
  });
});
