// Bundles the two programs for their images:
//   npm run build -- [server|operator]... [--out DIRECTORY]
// Each becomes DIRECTORY/NAME/NAME.mjs (default directory: dist/images) with the notices of the
// packages in it, and for the server koffi's prebuilt addon beside it. Nothing else is needed at
// run time: no node_modules, no package.json.
import { build, transform, type Metafile, type Plugin } from 'esbuild';
import { copyFile, mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const programs = { server: 'server/src/entry.ts', operator: 'operator/src/main.ts' } as const;
type Program = keyof typeof programs;

/** koffi tries one package per platform; in a bundle there is one addon, beside it. */
const koffiLoader = `
import { createRequire } from 'node:module';
export function loadStatic() {
  return createRequire(import.meta.url)('./koffi.node');
}
`;

const koffiPlugin: Plugin = {
  name: 'koffi-addon-beside-the-bundle',
  setup(context) {
    context.onLoad({ filter: /[/\\]koffi[/\\]src[/\\]koffi[/\\]src[/\\]static\.js$/ }, () => ({
      contents: koffiLoader,
      loader: 'js',
    }));
  },
};

/** The glibc build of koffi's addon for the architecture that this build runs on. */
function koffiAddon(): string {
  const require = createRequire(createRequire(join(root, 'server', 'package.json')).resolve('koffi'));
  const platform = require.resolve(`@koromix/koffi-linux-${process.arch}/package.json`);
  return join(dirname(platform), `linux_${process.arch}`, 'koffi.node');
}

/** Folders of the npm packages that a bundle holds parts of, from esbuild's list of inputs. */
function bundledPackages(metafile: Metafile): string[] {
  const folders = new Set<string>();
  for (const input of Object.keys(metafile.inputs)) {
    const match = /^(?<folder>.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(input);
    if (match?.groups?.['folder'] !== undefined) folders.add(join(root, match.groups['folder']));
  }
  return [...folders].sort();
}

interface Manifest {
  name: string;
  version: string;
  license: string;
  homepage?: unknown;
}

function isManifest(value: unknown): value is Manifest {
  const fields = ['name', 'version', 'license'] as const;
  return (
    typeof value === 'object' &&
    value !== null &&
    fields.every((field) => typeof Reflect.get(value, field) === 'string')
  );
}

/** One package's name, version, licence and the texts of the licence files that it ships. */
async function notice(folder: string): Promise<string> {
  const manifest: unknown = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'));
  if (!isManifest(manifest)) {
    throw new Error(
      `${relative(root, folder)}/package.json names no license: find out under which terms it may be shipped`,
    );
  }
  const files = (await readdir(folder)).filter((file) => /^(licen[cs]e|notice|copying)/i.test(file)).sort();
  const texts = await Promise.all(files.map((file) => readFile(join(folder, file), 'utf8')));
  const heading = `${manifest.name} ${manifest.version} (${manifest.license})`;
  return [
    heading,
    typeof manifest.homepage === 'string' ? manifest.homepage : '',
    '',
    ...texts.map((text) => text.trim()),
  ]
    .join('\n')
    .trimEnd();
}

async function notices(packages: string[]): Promise<string> {
  const rule = `\n\n${'-'.repeat(80)}\n\n`;
  const parts = await Promise.all(packages.map(notice));
  return ['This program contains parts of the following packages.', ...parts].join(rule) + '\n';
}

/**
 * Puts question marks in the place of letters outside of ASCII, which only comments have: one of them, and the engine
 * keeps the whole text with two bytes a letter.
 */
async function inAscii(text: string): Promise<string> {
  const ascii = text.replace(/[^\0-\x7f]/g, '?');
  const [before, after] = await Promise.all(
    [text, ascii].map(async (source) => (await transform(source, { minifyWhitespace: true })).code),
  );
  if (before !== after) throw new Error('the bundle has letters outside of ASCII in more than its comments');
  return ascii;
}

async function bundle(program: Program, outputRoot: string): Promise<void> {
  const outdir = join(outputRoot, program);
  await rm(outdir, { recursive: true, force: true });
  await mkdir(outdir, { recursive: true });
  const outfile = join(outdir, `${program}.mjs`);
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: [programs[program]],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node24',
    conditions: ['source'],
    // CommonJS dependencies call require() for Node's own modules; ESM output has none. The import gets a name
    // of its own, because bundled modules that import createRequire keep that name at the top level.
    banner: { js: "import{createRequire as requireFrom}from'node:module';const require=requireFrom(import.meta.url);" },
    // Not minified: a stack trace from a pod then names real functions and lines of a file that the image holds.
    legalComments: 'none',
    metafile: true,
    plugins: [koffiPlugin],
    logLevel: 'warning',
  });
  await writeFile(outfile, await inAscii(await readFile(outfile, 'utf8')));
  const packages = bundledPackages(metafile);
  if (packages.some((folder) => folder.endsWith('node_modules/koffi'))) {
    const addon = koffiAddon();
    await copyFile(addon, join(outdir, 'koffi.node'));
    packages.push(dirname(dirname(addon)));
  }
  await writeFile(join(outdir, 'THIRD-PARTY-NOTICES.txt'), await notices(packages));
  const { size } = await stat(outfile);
  console.log(
    `${relative(process.cwd(), outfile)}: ${(size / 2 ** 20).toFixed(2)} MiB, ${packages.length} packages bundled`,
  );
}

function isProgram(name: string): name is Program {
  return Object.hasOwn(programs, name);
}

const { values, positionals } = parseArgs({ allowPositionals: true, options: { out: { type: 'string' } } });
const wrong = positionals.filter((name) => !isProgram(name));
if (wrong.length > 0) {
  console.error(`build: there is no program ${wrong.join(', ')}; choose from ${Object.keys(programs).join(', ')}`);
  process.exit(64);
}
const wanted = positionals.length > 0 ? positionals.filter(isProgram) : (['server', 'operator'] as const);
const outputRoot = values.out === undefined ? join(root, 'dist', 'images') : resolve(values.out);
for (const program of wanted) await bundle(program, outputRoot);
