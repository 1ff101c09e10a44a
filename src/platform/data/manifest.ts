import { createHash, type Hash } from 'node:crypto';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { z } from 'zod';
import { systemWords } from '../errors/system-words';
import type { Fields, Sum, Sums } from './data-rules';
import type { Source } from './files';
import { DataRefused, type Finding } from './findings';
import { readRecords } from './record-reader';

const SumShape = z.object({
  model: z.string(),
  field: z.string(),
  takenWhere: z.object({ field: z.string(), values: z.array(z.string()) }).optional(),
});

const ManifestShape = z.object({
  models: z.record(z.string(), z.object({ records: z.int(), sha256: z.string() })),
  sums: z.record(z.string(), z.number()),
  /** What each sum is made of; the records themselves are proved by their hashes, where an older file does not say it. */
  sumsOf: z.record(z.string(), SumShape).default({}),
});
/** What a file holds: per model the number of its records and the SHA-256 of their texts in order, and sums of the books. */
export type Manifest = z.infer<typeof ManifestShape>;

export const manifestFile = (dump: string): string => `${dump}.manifest.json`;

/** Adds up a manifest, record by record. */
export class ManifestOf {
  private readonly models = new Map<string, { records: number; hash: Hash }>();
  private readonly totals: Record<string, number> = {};

  constructor(private readonly sums: Sums) {
    for (const name of Object.keys(sums)) this.totals[name] = 0;
  }

  add(model: string, text: string, fields: Fields): void {
    const known = this.models.get(model) ?? { records: 0, hash: createHash('sha256') };
    known.records++;
    known.hash.update(text).update('\n');
    this.models.set(model, known);
    for (const [name, sum] of Object.entries(this.sums))
      if (sum.model === model) this.totals[name] = (this.totals[name] as number) + addedBy(sum, fields);
  }

  done(): Manifest {
    const models = [...this.models].map(([model, { records, hash }]) => [
      model,
      { records, sha256: hash.digest('hex') },
    ]);
    const sumsOf = this.sums as Manifest['sumsOf'];
    return { models: Object.fromEntries(models) as Manifest['models'], sums: this.totals, sumsOf };
  }
}

function addedBy({ field, takenWhere }: Sum, fields: Fields): number {
  const isTaken = takenWhere?.values.includes(fields[takenWhere.field] as string);
  return Number(fields[field] ?? 0) * (isTaken ? -1 : 1);
}

/** In a line, for whoever made or checked the file. */
export function summaryOf({ models, sums }: Manifest): string {
  const records = Object.values(models).reduce((sum, one) => sum + one.records, 0);
  return [`${records} records`, ...Object.entries(sums).map(([name, sum]) => `${name} ${sum}`)].join(', ');
}

export async function writeManifest(dump: string, manifest: Manifest): Promise<void> {
  const file = manifestFile(dump);
  await writeFile(`${file}.unfinished-${process.pid}`, `${JSON.stringify(manifest, null, 2)}\n`);
  await rename(`${file}.unfinished-${process.pid}`, file);
}

/** Reads a file and compares it with the manifest beside it; no database is asked. @throws DataRefused */
export async function verify(source: Source): Promise<Manifest> {
  const expected = await readManifest(source.name);
  const found = new ManifestOf(expected.sumsOf);
  for await (const records of readRecords(source.open()))
    for (const { text, line } of records) {
      const { model, fields } = parsed(text, line);
      found.add(model, text, fields);
    }
  const manifest = found.done();
  const findings = differences(expected, manifest);
  if (findings.length > 0) throw new DataRefused(`${source.name} is not what its manifest says`, findings);
  return expected;
}

async function readManifest(dump: string): Promise<Manifest> {
  const file = manifestFile(dump);
  try {
    return ManifestShape.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch (error) {
    const isNone = error instanceof z.ZodError || error instanceof SyntaxError;
    const reason = isNone ? 'it is no manifest' : (systemWords(error) ?? (error as Error).message);
    throw new DataRefused(`${file} cannot be read`, [{ reason }]);
  }
}

function parsed(text: string, line: number): { model: string; fields: Fields } {
  try {
    return JSON.parse(text) as { model: string; fields: Fields };
  } catch (error) {
    throw new DataRefused('The file cannot be read', [{ line, reason: `not JSON: ${(error as Error).message}` }]);
  }
}

function differences(expected: Manifest, found: Manifest): Finding[] {
  const models = [...new Set([...Object.keys(expected.models), ...Object.keys(found.models)])];
  const nothing = { records: 0, sha256: '' };
  const wrong = models.flatMap((model): Finding[] => {
    const [one, other] = [expected.models[model] ?? nothing, found.models[model] ?? nothing];
    if (one.records !== other.records) return [{ model, reason: `${other.records} records, ${one.records} expected` }];
    return one.sha256 === other.sha256 ? [] : [{ model, reason: 'the records are not the ones that were written' }];
  });
  const sums = Object.keys(found.sums).filter((name) => expected.sums[name] !== found.sums[name]);
  return [
    ...wrong,
    ...sums.map((name) => ({ reason: `${name} is ${found.sums[name]}, ${expected.sums[name]} expected` })),
  ];
}
