import { TickStormError } from '@tick-storm/client';
import { HELP, SUB_HELP } from './help.ts';
import { runPlan } from './plan.ts';
import { printable } from './printable.ts';
import { runSub } from './sub.ts';
import { parseSubOptions } from './sub-options.ts';
import { UsageError } from './usage-error.ts';

// The `tick` command.
const EXIT_FAILURE = 1;
const EXIT_USAGE = 64;

const interrupt = new AbortController();
process.on('SIGINT', () => interrupt.abort());
process.on('SIGTERM', () => interrupt.abort());
// `tick sub | head`: the reader has enough.
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : EXIT_FAILURE));

async function run([command, ...args]: readonly string[]): Promise<void> {
  if (command === '--help' || command === '-h' || command === 'help') {
    process.stdout.write(HELP);
  } else if (command === 'sub') {
    const options = parseSubOptions(args, process.env, Date.now());
    if (options === 'help') process.stdout.write(SUB_HELP);
    else await runSub(options, { out: process.stdout, err: process.stderr, signal: interrupt.signal });
  } else if (command === 'plan') {
    process.exitCode = await runPlan(args);
  } else if (command === undefined) {
    throw new UsageError('no command given');
  } else {
    throw new UsageError(`there is no command ${JSON.stringify(command)}`);
  }
}

try {
  await run(process.argv.slice(2));
} catch (error) {
  if (error instanceof UsageError) {
    process.stderr.write(`tick: ${error.message}\nRun tick --help or tick COMMAND --help for help.\n`);
    process.exitCode = EXIT_USAGE;
  } else if (error instanceof TickStormError) {
    process.stderr.write(`tick: ${printable(error.message)}\n`);
    process.exitCode = EXIT_FAILURE;
  } else {
    throw error;
  }
}
