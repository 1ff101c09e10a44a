/** The first bytes of a file of each kind, as latin1 text. */
const signatures = {
  database: 'SQLite format 3\0',
  archive: 'PGDMP',
  gzip: '\x1f\x8b',
  zip: 'PK\x03\x04',
};
export type FileKind = keyof typeof signatures;

/** Recognises an SQLite database, an archive of `pg_dump`, or a compressed file by its first bytes. Null means any other file. */
export function fileKindOf(firstBytes: Buffer): FileKind | null {
  const kinds = Object.keys(signatures) as FileKind[];
  const hasSignature = (signature: string): boolean =>
    firstBytes.subarray(0, signature.length).toString('latin1') === signature;
  return kinds.find((kind) => hasSignature(signatures[kind])) ?? null;
}
