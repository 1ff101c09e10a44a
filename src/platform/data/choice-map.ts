import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { DataRefused } from './findings';

const Words = z.record(z.string(), z.string());
const Document = z.record(z.string(), Words);

/**
 * A school's own words for ours: `{"app.model.field": {"theirs": "ours"}}`. Under "contenttypes" it may name kinds of objects
 * by number: `{"contenttypes": {"12": "courses.lesson"}}`.
 */
export class ChoiceMap {
  private readonly reversed: Map<string, Map<string, string>>;

  constructor(private readonly document: Record<string, Record<string, string>> = {}) {
    this.reversed = new Map(Object.entries(document).map(([field, words]) => [field, backwards(words)]));
  }

  /** @throws DataRefused for what is no such map */
  static async read(file: string | undefined): Promise<ChoiceMap> {
    if (!file) return new ChoiceMap();
    try {
      return new ChoiceMap(Document.parse(JSON.parse(await readFile(file, 'utf8'))));
    } catch (error) {
      const reason =
        error instanceof z.ZodError ? 'not {"app.model.field": {"theirs": "ours"}}' : (error as Error).message;
      throw new DataRefused(`The map ${file} cannot be read`, [{ reason }]);
    }
  }

  /** Of ours for theirs; undefined where the map says nothing. */
  toOurs(field: string, theirs: string): string | undefined {
    const words = this.document[field];
    return words && Object.hasOwn(words, theirs) ? words[theirs] : undefined;
  }

  /** Theirs for ours; where several of theirs became one of ours, the one that stands first. */
  toTheirs(field: string, ours: string): string {
    return this.reversed.get(field)?.get(ours) ?? ours;
  }

  /** The fields it speaks of. */
  get fields(): string[] {
    return Object.keys(this.document);
  }

  get isEmpty(): boolean {
    return this.fields.length === 0;
  }

  /** As a document, with words added to it. */
  with(words: Record<string, Record<string, string>>): Record<string, Record<string, string>> {
    const paths = [...new Set([...this.fields, ...Object.keys(words)])];
    return Object.fromEntries(paths.map((path) => [path, { ...this.document[path], ...words[path] }]));
  }

  toJSON(): Record<string, Record<string, string>> {
    return this.document;
  }
}

function backwards(words: Record<string, string>): Map<string, string> {
  const back = new Map<string, string>();
  for (const [theirs, ours] of Object.entries(words)) if (!back.has(ours)) back.set(ours, theirs);
  return back;
}
