import { Command, CommanderError } from 'commander';
import { readEnvFile } from '../config/env-file';
import type { MakeCommand, Program } from './command-definition';
import { toErrorLines, toTraceLines } from './error-lines';

const exitCodeFailure = 1;
/** A wrong call has a separate exit code, so that a script can distinguish it from a command that failed. */
const exitCodeUsage = 2;
/** The exit code that a shell reports for SIGPIPE (128 + 13). */
const exitCodeBrokenPipe = 141;

/** Runs the command that `args` name. The exit code is 0 on success, 1 if the command failed, 2 if it was called wrongly. */
export async function runCommandLine(
  makers: readonly MakeCommand[],
  program: Program,
  args: readonly string[],
): Promise<void> {
  for (const stream of [process.stdout, process.stderr]) stream.on('error', exitOnBrokenPipe);
  try {
    readEnvFile();
    await createCommandLine(makers, program).parseAsync(args, { from: 'user' });
  } catch (error) {
    // Commander has already printed its own errors.
    if (error instanceof CommanderError) {
      process.exitCode = exitCodeOf(error);
      return;
    }
    process.exitCode = exitCodeFailure;
    const lines = args.includes('--trace') ? toTraceLines(error) : toErrorLines(error);
    for (const line of lines) process.stderr.write(`${line}\n`);
  }
}

/** Creates the command line without running a command. */
export function createCommandLine(makers: readonly MakeCommand[], program: Program): Command {
  const root = new Command('node dist/src/cli.js')
    .description(
      'The command line of the school. Settings such as DATABASE_URL come from the environment and, in development, from .env.',
    )
    .helpOption('-h, --help', 'show this help; COMMAND --help shows the help of a command')
    .showHelpAfterError('Add --help, also after a command, to list commands and options.')
    .configureHelp({ subcommandTerm: toHelpTerm, sortSubcommands: true })
    .exitOverride();
  for (const make of makers) {
    const command = make(program).option('--trace', 'show the stack of an error');
    if (!command.description()) command.description(command.summary());
    root.addCommand(command.copyInheritedSettings(root).helpOption('-h, --help', 'show this help'));
  }
  return root;
}

/** The line of a command in the overview. Its options are left out, because `COMMAND --help` lists them. */
const toHelpTerm = (command: Command): string =>
  `${command.name()} ${command.usage().replace('[options]', '').trimStart()}`.trimEnd();

const exitCodeOf = ({ exitCode }: CommanderError): number => (exitCode === 0 ? 0 : exitCodeUsage);

/** Ends the process without a message if the program that reads the output has ended, as in `dumpdata | head`. */
function exitOnBrokenPipe(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error;
  process.exit(exitCodeBrokenPipe);
}
