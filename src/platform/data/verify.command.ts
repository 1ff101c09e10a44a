import { Command } from 'commander';
import { tell, type MakeCommand } from '../command-line/command';

export const verify: MakeCommand = () =>
  new Command('verify')
    .summary('Compare a dump with the manifest beside it; needs no database')
    .argument('<file>', 'what dumpdata wrote; its manifest is FILE.manifest.json')
    .action(async (file: string) => {
      const [{ sourceOf }, manifest] = await Promise.all([import('./files.js'), import('./manifest.js')]);
      tell(`${manifest.summaryOf(await manifest.verify(await sourceOf(file)))}: as written`);
    });
