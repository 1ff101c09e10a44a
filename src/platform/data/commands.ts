import { createInterface } from 'node:readline/promises';
import { parseArgs } from 'node:util';
import type { INestApplicationContext } from '@nestjs/common';
import { ChoiceMap } from './choice-map';
import type { Sums } from './data-rules';
import { Dumper, type DumpOptions } from './dumper';
import { sourceOf, Target } from './files';
import { DataRefused } from './findings';
import { Flush } from './flush';
import { showPlan, showReport } from './load-report';
import { Loader, type LoadOptions } from './loader';
import { verify, writeManifest, type Manifest } from './manifest';
import { ProgressBar } from './progress-bar';

/** A command of the command line: what it is called with, and what it does in an application that is open. */
export interface DataCommand {
  words: string;
  summary: string;
  run(context: INestApplicationContext, words: string[]): Promise<void>;
}

const say = (line: string): void => void process.stderr.write(`${line}\n`);

export const dataCommands: Record<string, DataCommand> = {
  dumpdata: {
    words: '[app[.Model] …] [--django] [-o FILE[.gz]]',
    summary: 'Write the data, or with --django what Django reads; see docs/moving-from-django.md',
    run: dumpdata,
  },
  loaddata: {
    words: 'FILE … | - [-i] [--map FILE] [--plan] [--merge]',
    summary: 'Read files of ours or of Django into the database, whole or not at all',
    run: loaddata,
  },
  flush: { words: '[--no-input]', summary: 'Remove every row of every table', run: flush },
};

const dumpWords = {
  'natural-foreign': { type: 'boolean', default: false },
  'natural-primary': { type: 'boolean', default: false },
  'natural-key': { type: 'string', multiple: true },
  indent: { type: 'string', default: '0' },
  format: { type: 'string' },
  exclude: { type: 'string', short: 'e', multiple: true },
  output: { type: 'string', short: 'o' },
  django: { type: 'boolean', default: false },
  map: { type: 'string' },
} as const;

async function dumpdata(context: INestApplicationContext, words: string[]): Promise<void> {
  const { values, positionals } = parseArgs({ args: words, options: dumpWords, allowPositionals: true });
  const file = values.output ?? null;
  const options: DumpOptions = {
    ...{ only: positionals, exclude: values.exclude ?? [], foreignOnly: values.django },
    ...{ naturalForeign: values['natural-foreign'], naturalPrimary: values['natural-primary'] },
    ...{ format: formatOf(values.format, file), indent: whole(values.indent) },
    ...{ map: await ChoiceMap.read(values.map), naturalKeys: keysOf(values['natural-key'] ?? []) },
  };
  const dumper = context.get(Dumper, { strict: false });
  const bar = await ProgressBar.of(() => dumper.size(options));
  const target = new Target(file);
  try {
    const manifest = await dumper.dump(target, { ...options, onRecords: (count) => bar.add(count) });
    await target.close();
    bar.end();
    if (file) await writeManifest(file, manifest);
    if (file) say(summaryOf(manifest));
  } catch (error) {
    bar.end();
    await target.abandon();
    throw error;
  }
}

const loadWords = {
  ignorenonexistent: { type: 'boolean', short: 'i', default: false },
  'natural-key': { type: 'string', multiple: true },
  map: { type: 'string' },
  merge: { type: 'boolean', default: false },
  'merge-by': { type: 'string', multiple: true },
  plan: { type: 'boolean', default: false },
} as const;

async function loaddata(context: INestApplicationContext, words: string[]): Promise<void> {
  const { values, positionals } = parseArgs({ args: words, options: loadWords, allowPositionals: true });
  if (positionals.length === 0) throw new DataRefused('Say what to load', [{ reason: 'loaddata FILE … or -' }]);
  const sources = await Promise.all(positionals.map(sourceOf));
  const bar = await ProgressBar.of(async () => sources.reduce((sum, { bytes }) => sum + bytes, 0));
  const by = keysOf(values['merge-by'] ?? []);
  const options: LoadOptions = {
    ...{ map: await ChoiceMap.read(values.map), ignoreUnknown: values.ignorenonexistent },
    ...{ naturalKeys: keysOf(values['natural-key'] ?? []), onBytes: (count) => bar.add(count) },
    ...(values.merge || by.size > 0 ? { merge: new Map([...by].map(([label, key]) => [label, [key]])) } : {}),
  };
  const loader = context.get(Loader, { strict: false });
  try {
    const plan = values.plan ? await loader.plan(sources, options) : null;
    const report = plan ? null : await loader.load(sources, options);
    bar.end();
    if (plan) showPlan(plan, options.map);
    if (report) showReport(report, 'were loaded');
  } finally {
    bar.end();
  }
}

async function flush(context: INestApplicationContext, words: string[]): Promise<void> {
  const options = {
    'no-input': { type: 'boolean', default: false },
    noinput: { type: 'boolean', default: false },
  } as const;
  const { values } = parseArgs({ args: words, options });
  if (!values['no-input'] && !values.noinput && !(await confirmed())) throw new Error('Nothing was removed');
  const gone = await context.get(Flush, { strict: false }).run();
  say(`${Object.values(gone).reduce((sum, count) => sum + count, 0)} rows are gone`);
}

async function confirmed(): Promise<boolean> {
  const asking = createInterface({ input: process.stdin, output: process.stderr });
  const answer = await asking.question('This removes every row of every table, the ledger included. Type "yes": ');
  asking.close();
  return answer.trim() === 'yes';
}

/** Needs no database: only what the sums of the books are made of. */
export async function verifyFile([file = '']: string[], sums: Sums): Promise<void> {
  say(`${summaryOf(await verify(await sourceOf(file), sums))}: as written`);
}

function summaryOf({ models, sums }: Manifest): string {
  const records = Object.values(models).reduce((sum, one) => sum + one.records, 0);
  return [`${records} records`, ...Object.entries(sums).map(([name, sum]) => `${name} ${sum}`)].join(', ');
}

function formatOf(said: string | undefined, file: string | null): 'json' | 'jsonl' {
  const format = said ?? (/\.jsonl(\.gz)?$/.test(file ?? '') ? 'jsonl' : 'json');
  if (format === 'json' || format === 'jsonl') return format;
  throw new Error(`--format is json or jsonl, not ${format}`);
}

function whole(text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= 0 && value <= 16) return value;
  throw new Error(`--indent is a whole number up to 16, not ${text}`);
}

/** `--natural-key users.user=email` */
const keysOf = (words: readonly string[]): Map<string, string> =>
  new Map(words.map((word) => word.split('=') as [string, string]));
