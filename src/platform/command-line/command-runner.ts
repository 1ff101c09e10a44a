import { Command, CommanderError } from 'commander';
import type { MakeCommand, Program } from './command-definition';
import { toErrorLines, toTraceLines } from './error-lines';

/** Wrong use is told apart from work that failed. */
const exitCodeFailure = 1;
const exitCodeUsage = 2;
/** What a shell shows for any program whose reader went away. */
const exitCodeBrokenPipe = 141;

/** Runs the command that `words` name. The exit code is 0, 1 where it failed, 2 where it was called wrongly. */
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

/** The whole command line; no command has run. */
export function createCommandLine(makers: readonly MakeCommand[], program: Program): Command {
  const root = new Command('node dist/src/cli.js')
    .description('The command line of the school. Settings come from the environment, DATABASE_URL among them.')
    .helpOption('-h, --help', 'show this help; of a command: COMMAND --help')
    .showHelpAfterError('Say --help behind it, or behind a command, to see what there is.')
    .configureHelp({ subcommandTerm: toHelpTerm, sortSubcommands: true })
    .exitOverride();
  for (const make of makers) {
    const command = make(program).option('--trace', 'where something fails, show where it came from');
    if (!command.description()) command.description(command.summary());
    root.addCommand(command.copyInheritedSettings(root).helpOption('-h, --help', 'show this help'));
  }
  return root;
}

/** Options have a page of their own: `COMMAND --help`. */
const toHelpTerm = (command: Command): string =>
  `${command.name()} ${command.usage().replace('[options]', '').trimStart()}`.trimEnd();

const exitCodeOf = ({ exitCode }: CommanderError): number => (exitCode === 0 ? 0 : exitCodeUsage);

/** `dumpdata | head`: nobody reads any more, and nobody is to be told. */
function exitOnBrokenPipe(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error;
  process.exit(exitCodeBrokenPipe);
}
