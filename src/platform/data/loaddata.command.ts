import { Command } from 'commander';
import { named, type MakeCommand } from '../command-line/command';
import type { LoadWords } from './load-files';

export const loaddata: MakeCommand = ({ inApplication }) =>
  new Command('loaddata')
    .summary('Read files of ours or of Django into an empty database, whole or not at all')
    .description(
      'Reads JSON or JSONL, told apart by the first character, as one transaction: whatever is wrong, nothing is changed.\n' +
        'docs/moving-from-django.md tells the rest.',
    )
    .argument('<files...>', 'unpacked where the name ends in .gz; - is standard input')
    .option('--plan', 'say what would be loaded, print a map of the words to choose, and change nothing')
    .option('--map <file>', 'the words of the school for ours: {"app.model.field": {"theirs": "ours"}}')
    .option('--merge', 'add what is not there to a school that lives; what is there stays')
    .option('--merge-by <model=field>', 'what alone says who is who, as users.user=email; may be repeated', named)
    .option('-i, --ignorenonexistent', 'read over fields and models nobody knows, and count them')
    .option('--natural-key <model=field>', 'another natural key, as users.user=email; may be repeated', named)
    .action((files: string[], words: LoadWords) =>
      inApplication(async (context) => (await import('./load-files.js')).loadFiles(context, files, words)),
    );
