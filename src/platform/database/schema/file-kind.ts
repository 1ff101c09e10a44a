const kinds = {
  database: 'SQLite format 3\0',
  archive: 'PGDMP',
  gzip: '\x1f\x8b',
  zip: 'PK\x03\x04',
};
export type FileKind = keyof typeof kinds;

/** The kind of a file, by its first bytes: an SQLite database, an archive of `pg_dump`, or compressed; null for any other file. */
export function fileKindOf(beginning: Buffer): FileKind | null {
  const begins = (text: string): boolean => beginning.subarray(0, text.length).toString('latin1') === text;
  return (Object.keys(kinds) as FileKind[]).find((kind) => begins(kinds[kind])) ?? null;
}
