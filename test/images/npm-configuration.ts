import { existsSync, readFileSync } from 'node:fs';
import { runCommand } from './run-command.ts';

/**
 * This machine's npm configuration (registry, tokens, proxies) as one npmrc text for a build, which
 * reads it as a secret and so leaves no trace of it in an image. The certificate file is named by its
 * path inside the build.
 */
export async function npmConfiguration(certificateFile: string): Promise<string> {
  const paths = await Promise.all(
    ['globalconfig', 'userconfig'].map((key) => runCommand('npm', ['config', 'get', key])),
  );
  const texts = paths.map((path) => path.trim()).map((path) => (existsSync(path) ? readFileSync(path, 'utf8') : ''));
  return withoutMachinePaths(texts.join('\n'), certificateFile);
}

/** Replaces the settings of an npmrc that name files and folders of this machine. */
export function withoutMachinePaths(npmrc: string, certificateFile: string): string {
  const settings = npmrc
    .split('\n')
    .map((line) => line.trim())
    .filter(
      (line) => line !== '' && !/^(cafile|prefix|cache|nodedir|init-module|globalconfig|userconfig)\s*=/.test(line),
    );
  return [...settings, `cafile=${certificateFile}`, ''].join('\n');
}
