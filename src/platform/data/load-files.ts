import type { INestApplicationContext } from '@nestjs/common';
import { tell } from '../command-line/command';
import { ChoiceMap } from './choice-map';
import { sourceOf } from './files';
import { Loader, type LoadReport } from './loader';
import { ProgressBar } from './progress-bar';

/** What `loaddata` is called with. */
export interface LoadWords {
  map?: string;
  ignorenonexistent?: boolean;
  naturalKey?: Map<string, string>;
}

export async function loadFiles(context: INestApplicationContext, files: string[], words: LoadWords): Promise<void> {
  const sources = await Promise.all(files.map(sourceOf));
  const bar = await ProgressBar.of(async () => sources.reduce((sum, { bytes }) => sum + bytes, 0));
  try {
    const report = await context.get(Loader, { strict: false }).load(sources, {
      ...{ map: await ChoiceMap.read(words.map), ignoreUnknown: words.ignorenonexistent ?? false },
      ...{ naturalKeys: words.naturalKey ?? new Map<string, string>(), onBytes: (count) => bar.add(count) },
    });
    bar.end();
    tellOf(report);
  } finally {
    bar.end();
  }
}

function tellOf({ notes, skipped, loaded }: LoadReport): void {
  for (const note of notes) tell(`note: ${note}`);
  for (const [name, count] of Object.entries(skipped)) tell(`read over: ${name} (${count})`);
  for (const [name, count] of Object.entries(loaded)) tell(`${name.padEnd(34)} ${count}`);
  tell(`${Object.values(loaded).reduce((sum, count) => sum + count, 0)} records were loaded`);
}
