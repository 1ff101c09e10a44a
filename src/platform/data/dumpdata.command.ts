import { Command, Option } from 'commander';
import { collected, named, wholeNumber, type MakeCommand } from '../command-line/command';
import type { DumpWords } from './dump-file';

export const dumpdata: MakeCommand = ({ inApplication }) =>
  new Command('dumpdata')
    .summary('Write the data into a file, for us or for Django')
    .description(
      'Writes the data of one moment, while others go on writing. A manifest beside the file proves it: see verify.\n' +
        'docs/moving-from-django.md tells the rest.',
    )
    .argument('[models...]', 'app or app.Model (default: everything)')
    .option('--django', 'only what Django knows, in its words')
    .option('-o, --output <file>', 'packed where it ends in .gz; left out, to standard output and without a manifest')
    .addOption(
      new Option(
        '--format <format>',
        'an array, or a record a line; by default what the name of the file says, or json',
      ).choices(['json', 'jsonl']),
    )
    .option('--indent <spaces>', 'how far members are set in; 0: a record a line', wholeNumber(16), 0)
    .option('-e, --exclude <model>', 'app or app.Model to leave out; may be repeated', collected)
    .option('--natural-foreign', 'name other records by their natural key, not by number')
    .option('--natural-primary', 'leave the number of a record out where it has a natural key')
    .option('--natural-key <model=field>', 'another natural key, as users.user=email; may be repeated', named)
    .option('--map <file>', 'the words of the school for ours, as loaddata was given them')
    .action((models: string[], words: DumpWords) =>
      inApplication(async (context) => (await import('./dump-file.js')).dumpFile(context, models, words)),
    );
