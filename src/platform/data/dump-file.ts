import type { INestApplicationContext } from '@nestjs/common';
import { tell } from '../command-line/command';
import { ChoiceMap } from './choice-map';
import { Dumper, type DumpOptions } from './dumper';
import { Target } from './files';
import { summaryOf, writeManifest } from './manifest';
import { ProgressBar } from './progress-bar';
import type { FileFormat } from './record-writer';

/** What `dumpdata` is called with. */
export interface DumpWords {
  django?: boolean;
  output?: string;
  format?: FileFormat;
  indent: number;
  exclude?: string[];
  naturalForeign?: boolean;
  naturalPrimary?: boolean;
  naturalKey?: Map<string, string>;
  map?: string;
}

/** Writes a dump, and the manifest beside it. */
export async function dumpFile(context: INestApplicationContext, models: string[], words: DumpWords): Promise<void> {
  const file = words.output ?? null;
  const options = await optionsOf(models, words);
  const dumper = context.get(Dumper, { strict: false });
  const bar = await ProgressBar.of(() => dumper.size(options));
  const target = new Target(file);
  try {
    const manifest = await dumper.dump(target, { ...options, onRecords: (count) => bar.add(count) });
    await target.close();
    bar.end();
    if (file) await writeManifest(file, manifest);
    if (file) tell(summaryOf(manifest));
  } catch (error) {
    bar.end();
    await target.abandon();
    throw error;
  }
}

async function optionsOf(models: string[], words: DumpWords): Promise<DumpOptions> {
  const { output = '', indent, exclude = [], naturalKey = new Map<string, string>() } = words;
  return {
    ...{ only: models, exclude, foreignOnly: words.django ?? false, indent, naturalKeys: naturalKey },
    ...{ naturalForeign: words.naturalForeign ?? false, naturalPrimary: words.naturalPrimary ?? false },
    format: words.format ?? (/\.jsonl(\.gz)?$/.test(output) ? 'jsonl' : 'json'),
    map: await ChoiceMap.read(words.map),
  };
}
