import { Command } from 'commander';
import { named, type MakeCommand } from '../command-line/command';
import type { LoadWords } from './load-files';

export const loaddata: MakeCommand = ({ inApplication }) =>
  new Command('loaddata')
    .summary('Read files of ours or of Django into the database, whole or not at all')
    .description(
      'Reads JSON or JSONL, told apart by the first character, as one transaction: whatever is wrong, nothing is changed.\n' +
        'docs/moving-from-django.md tells the rest.',
    )
    .argument('<files...>', 'unpacked where the name ends in .gz; - is standard input')
    .option('--map <file>', 'the words of the school for ours: {"app.model.field": {"theirs": "ours"}}')
    .option('-i, --ignorenonexistent', 'read over fields and models nobody knows, and count them')
    .option('--natural-key <model=field>', 'another natural key, as users.user=email; may be repeated', named)
    .action((files: string[], words: LoadWords) =>
      inApplication(async (context) => (await import('./load-files.js')).loadFiles(context, files, words)),
    );
