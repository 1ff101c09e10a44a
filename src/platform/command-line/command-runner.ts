import { Command, CommanderError } from 'commander';
import type { MakeCommand, Program } from './command-definition';
import { toErrorLines, toTraceLines } from './error-lines';

/** A wrong call has its own exit code, so that a script can distinguish it from a command that failed. */
const exitCodeFailure = 1;
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
    await createCommandLine(makers, program).parseAsync(args, { from: 'user' });
  } catch (error) {
    process.exitCode = error instanceof CommanderError ? exitCodeOf(error) : exitCodeFailure;
    if (error instanceof CommanderError) return;
    for (const line of args.includes('--trace') ? toTraceLines(error) : toErrorLines(error))
      process.stderr.write(`${line}\n`);
  }
}

/** Creates the command line without running a command. */
export function createCommandLine(makers: readonly MakeCommand[], program: Program): Command {
  const root = new Command('node dist/src/cli.js')
    .description('The command line of the school. Settings come from the environment, DATABASE_URL among them.')
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

/** The overview lists commands without their options, because `COMMAND --help` lists those. */
const toHelpTerm = (command: Command): string =>
  `${command.name()} ${command.usage().replace('[options]', '').trimStart()}`.trimEnd();

const exitCodeOf = ({ exitCode }: CommanderError): number => (exitCode === 0 ? 0 : exitCodeUsage);

/** Ends the process without a message when the reader of a pipe has ended, as in `dumpdata | head`. */
function exitOnBrokenPipe(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error;
  process.exit(exitCodeBrokenPipe);
}
