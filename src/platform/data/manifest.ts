import { createHash, type Hash } from 'node:crypto';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { z } from 'zod';
import { ChoiceMap } from './choice-map';
import type { Fields, Sums } from './data-rules';
import type { Source } from './files';
import { DataRefused, type Finding } from './findings';
import { readRecords } from './record-reader';

const ManifestShape = z.object({
  models: z.record(z.string(), z.object({ records: z.int(), sha256: z.string() })),
  sums: z.record(z.string(), z.number()),
  map: z.record(z.string(), z.record(z.string(), z.string())).optional(),
});
/** What a file holds: per model the number of its records and the SHA-256 of their texts in order, and sums of the books. */
export type Manifest = z.infer<typeof ManifestShape>;

export const manifestFile = (dump: string): string => `${dump}.manifest.json`;

/** Adds up a manifest, record by record. */
export class ManifestOf {
  private readonly models = new Map<string, { records: number; hash: Hash }>();
  private readonly sums: Record<string, number> = {};
  private readonly adders: [string, (model: string, fields: Fields) => number][];

  constructor(
    sums: Sums,
    private readonly map: ChoiceMap,
  ) {
    this.adders = Object.entries(sums);
    for (const [name] of this.adders) this.sums[name] = 0;
  }

  add(model: string, text: string, fields: Fields): void {
    const known = this.models.get(model) ?? { records: 0, hash: createHash('sha256') };
    known.records++;
    known.hash.update(text).update('\n');
    this.models.set(model, known);
    if (this.adders.length === 0) return;
    const ours = this.inOurWords(model, fields);
    for (const [name, add] of this.adders) this.sums[name] = (this.sums[name] as number) + add(model, ours);
  }

  done(): Manifest {
    const models = [...this.models].map(([model, { records, hash }]) => [
      model,
      { records, sha256: hash.digest('hex') },
    ]);
    const map = this.map.isEmpty ? {} : { map: this.map.toJSON() };
    return { models: Object.fromEntries(models) as Manifest['models'], sums: this.sums, ...map };
  }

  private inOurWords(model: string, fields: Fields): Fields {
    if (this.map.isEmpty) return fields;
    const words = Object.entries(fields).map(([name, value]) => {
      const ours = typeof value === 'string' ? this.map.toOurs(`${model}.${name}`, value) : undefined;
      return [name, ours ?? value];
    });
    return Object.fromEntries(words) as Fields;
  }
}

export async function writeManifest(dump: string, manifest: Manifest): Promise<void> {
  const file = manifestFile(dump);
  await writeFile(`${file}.unfinished-${process.pid}`, `${JSON.stringify(manifest, null, 2)}\n`);
  await rename(`${file}.unfinished-${process.pid}`, file);
}

/** Reads a file and compares it with the manifest beside it; no database is asked. @throws DataRefused */
export async function verify(source: Source, sums: Sums): Promise<Manifest> {
  const expected = await readManifest(source.name);
  const found = new ManifestOf(sums, new ChoiceMap(expected.map));
  for await (const records of readRecords(source.open()))
    for (const { text, line } of records) {
      const { model, fields } = parsed(text, line);
      found.add(model, text, fields);
    }
  const manifest = found.done();
  const findings = differences(expected, manifest);
  if (findings.length > 0) throw new DataRefused(`${source.name} is not what its manifest says`, findings);
  return manifest;
}

async function readManifest(dump: string): Promise<Manifest> {
  const file = manifestFile(dump);
  try {
    return ManifestShape.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch (error) {
    const reason = error instanceof z.ZodError ? 'it is no manifest' : (error as Error).message;
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
  const sums = Object.keys(expected.sums).filter((name) => expected.sums[name] !== found.sums[name]);
  return [
    ...wrong,
    ...sums.map((name) => ({ reason: `${name} is ${found.sums[name]}, ${expected.sums[name]} expected` })),
  ];
}
