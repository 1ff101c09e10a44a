import type { INestApplicationContext } from '@nestjs/common';
import { ChoiceMap } from './choice-map';
import { sourceOf } from './files';
import { showPlan, showReport } from './load-report';
import { Loader, type LoadOptions } from './loader';
import { ProgressBar } from './progress-bar';

/** What `loaddata` is called with. */
export interface LoadWords {
  map?: string;
  ignorenonexistent?: boolean;
  naturalKey?: Map<string, string>;
  merge?: boolean;
  mergeBy?: Map<string, string>;
  plan?: boolean;
}

export async function loadFiles(context: INestApplicationContext, files: string[], words: LoadWords): Promise<void> {
  const sources = await Promise.all(files.map(sourceOf));
  const bar = await ProgressBar.of(async () => sources.reduce((sum, { bytes }) => sum + bytes, 0));
  const options = await optionsOf(words, (count) => bar.add(count));
  const loader = context.get(Loader, { strict: false });
  try {
    const plan = words.plan ? await loader.plan(sources, options) : null;
    const report = plan ? null : await loader.load(sources, options);
    bar.end();
    if (plan) showPlan(plan, options.map);
    if (report) showReport(report, 'were loaded');
  } finally {
    bar.end();
  }
}

async function optionsOf(words: LoadWords, onBytes: (count: number) => void): Promise<LoadOptions> {
  const by = words.mergeBy ?? new Map<string, string>();
  const merge = words.merge || by.size > 0 ? { merge: new Map([...by].map(([label, key]) => [label, [key]])) } : {};
  const map = await ChoiceMap.read(words.map);
  const naturalKeys = words.naturalKey ?? new Map<string, string>();
  return { map, ignoreUnknown: words.ignorenonexistent ?? false, naturalKeys, onBytes, ...merge };
}
