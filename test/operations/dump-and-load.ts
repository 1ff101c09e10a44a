import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ChoiceMap } from '../../src/operations/fixtures/choice-map';
import { Dumper, type DumpOptions } from '../../src/operations/fixtures/dump/dumper';
import { sourceOf, Target } from '../../src/operations/fixtures/dump/dump-streams';
import { Flush } from '../../src/operations/fixtures/flush';
import { Loader, type LoadOptions, type LoadReport } from '../../src/operations/fixtures/load/loader';
import { writeManifest, type Manifest } from '../../src/operations/fixtures/dump/dump-manifest';
import type { School } from '../support/school';

/** A record of a file that Django wrote. */
export interface DjangoRecord {
  model: string;
  pk?: number;
  fields: Record<string, any>;
}

/** The date of all files in these tests. */
export const day = new Date('2026-03-01T12:00:00Z');
export const mapFile = join(__dirname, '../django/map.json');
export const createTemporaryFolder = (): string => mkdtempSync(join(tmpdir(), 'carry-'));

let fileCount = 0;

/** Writes a new file: text and bytes as they are, everything else as JSON. Returns its path. */
export function writeFileIn(folder: string, content: unknown, ending = 'json'): string {
  const name = join(folder, `${++fileCount}.${ending}`);
  writeFileSync(name, Buffer.isBuffer(content) || typeof content === 'string' ? content : JSON.stringify(content));
  return name;
}

/** Loads files with the value map of the school, unless the options name another. */
export async function load(school: School, files: string[], options: Partial<LoadOptions> = {}): Promise<LoadReport> {
  const sources = await Promise.all(files.map(sourceOf));
  return school.part(Loader).load(sources, { map: await ChoiceMap.read(mapFile), ...options });
}

const everything: DumpOptions = {
  foreignOnly: false,
  naturalForeign: false,
  naturalPrimary: false,
  format: 'json',
  indent: 0,
  map: new ChoiceMap(),
  only: [],
  exclude: [],
};
export const forDjango: Partial<DumpOptions> = { foreignOnly: true, naturalForeign: true };

export async function dump(school: School, file: string, options: Partial<DumpOptions> = {}): Promise<Manifest> {
  const target = new Target(file);
  const manifest = await school.part(Dumper).dump(target, { ...everything, ...options });
  await target.close();
  await writeManifest(file, manifest);
  return manifest;
}

export const flush = (school: School): Promise<Record<string, number>> => school.part(Flush).run();
