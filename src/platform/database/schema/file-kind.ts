const kinds = {
  database: 'SQLite format 3\0',
  archive: 'PGDMP',
  gzip: '\x1f\x8b',
  zip: 'PK\x03\x04',
};
export type FileKind = keyof typeof kinds;

/** What a file is, by the bytes it begins with: a whole database, an archive of `pg_dump`, or packed; null for anything else. */
export function kindOf(beginning: Buffer): FileKind | null {
  const begins = (text: string): boolean => beginning.subarray(0, text.length).toString('latin1') === text;
  return (Object.keys(kinds) as FileKind[]).find((kind) => begins(kinds[kind])) ?? null;
}
