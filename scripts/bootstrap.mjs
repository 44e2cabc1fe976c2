// Runs a TypeScript program of this repository with the project's own Node, from a clean clone on:
//   node scripts/bootstrap.mjs PROGRAM.ts [ARGUMENT...]
// Installs the dependencies first when they are missing or older than the lock file. Plain JavaScript
// without dependencies, because it must run under whatever Node the machine has (18 or newer).
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { constants } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const stamp = join(root, 'node_modules', '.tick-storm-installed');
const projectNode = join(root, 'node_modules', 'node', 'bin', 'node');

function lockDigest() {
  const hash = createHash('sha256');
  hash.update(readFileSync(join(root, 'package-lock.json')));
  return hash.digest('hex');
}

function isInstalled() {
  return existsSync(projectNode) && existsSync(stamp) && readFileSync(stamp, 'utf8') === lockDigest();
}

/** Runs a command to its end, passing our signals on; resolves to an exit code (128 + n for signal n). */
function run(command, args, options) {
  return new Promise((resolve) => {
    const child = spawn(command, args, options);
    const forward = (signal) => child.kill(signal);
    // A terminal sends SIGINT to the whole foreground group, the child included: only wait for its clean-up.
    const wait = () => {};
    process.on('SIGTERM', forward);
    process.on('SIGHUP', forward);
    process.on('SIGINT', process.stdin.isTTY ? wait : forward);
    child.on('error', (error) => {
      process.stderr.write(`cannot run ${command}: ${error.message}\n`);
      resolve(127);
    });
    child.on('exit', (code, signal) => {
      process.removeAllListeners('SIGTERM');
      process.removeAllListeners('SIGHUP');
      process.removeAllListeners('SIGINT');
      resolve(signal ? 128 + constants.signals[signal] : code);
    });
  });
}

async function install() {
  const started = Date.now();
  const say = (text) => process.stderr.write(`[setup] ${text}\n`);
  say('installing the npm dependencies (npm ci, about a minute when nothing is cached)');
  const beat = setInterval(() => say(`still installing, ${Math.round((Date.now() - started) / 1000)} s`), 15_000);
  // npm's own path when npm started us, so that the same npm is used; no shell in between.
  const npm = process.env['npm_execpath'];
  const [command, args] = npm ? [process.execPath, [npm]] : ['npm', []];
  const quiet = ['ci', '--no-audit', '--no-fund', '--loglevel=error'];
  const code = await run(command, [...args, ...quiet], { cwd: root, stdio: ['ignore', 2, 2] });
  clearInterval(beat);
  if (code !== 0) {
    say(`npm ci failed with exit code ${code}; its messages are above`);
    process.exit(code);
  }
  if (!existsSync(projectNode)) {
    say(
      `npm ci left no Node at node_modules/node/bin/node; run it without --ignore-scripts (npm config get ignore-scripts)`,
    );
    process.exit(1);
  }
  writeFileSync(stamp, lockDigest());
  say(`dependencies installed in ${Math.round((Date.now() - started) / 1000)} s`);
}

const [program, ...args] = process.argv.slice(2);
if (!program) {
  process.stderr.write('usage: node scripts/bootstrap.mjs PROGRAM.ts [ARGUMENT...]\n');
  process.exit(64);
}
if (!isInstalled()) await install();
process.exit(
  await run(
    projectNode,
    ['--conditions=source', '--disable-warning=ExperimentalWarning', join(root, program), ...args],
    {
      stdio: 'inherit',
      env: { ...process.env, PATH: `${dirname(projectNode)}:${process.env['PATH'] ?? ''}` },
    },
  ),
);
