import { createHash } from 'node:crypto';
import { createReadStream, existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { z } from 'zod';
import { requireEqualDigests } from '../move/table-digest';
import { BackupUnusable } from './backup.errors';

/** The list of the stored files: how many objects and bytes it names, and its SHA-256. */
const FileListSchema = z.object({ objects: z.number(), bytes: z.number(), sha256: z.string() });
export type FileList = z.output<typeof FileListSchema>;

/** The manifest of a backup: the hash of the file, and the row count and hash of each table. */
const ManifestSchema = z.object({
  format: z.literal(1),
  engine: z.enum(['sqlite', 'postgres']),
  createdAt: z.iso.datetime(),
  bytes: z.number(),
  sha256: z.string(),
  migrations: z.array(z.string()),
  tables: z.record(z.string(), z.object({ rows: z.number(), sha256: z.string() })),
  /** Older backups name no files. */
  files: FileListSchema.optional(),
});

export type Manifest = z.output<typeof ManifestSchema>;
/** The content of a backup, without the properties of the file. */
export type Contents = Pick<Manifest, 'engine' | 'migrations' | 'tables'>;

export const manifestPath = (file: string): string => `${file}.manifest.json`;

async function hashFile(file: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  return hash.digest('hex');
}

export async function describeFile(file: string): Promise<{ bytes: number; sha256: string }> {
  return { bytes: statSync(file).size, sha256: await hashFile(file) };
}

export function writeManifest(file: string, manifest: Manifest): void {
  writeFileSync(manifestPath(file), `${JSON.stringify(manifest, null, 2)}\n`, { flush: true });
}

/**
 * Reads the manifest of a backup and compares its hash with that of the file.
 * @returns null if there is no manifest
 * @throws BackupUnusable if the hashes differ, because then the file is damaged
 */
export async function findVerifiedManifest(file: string): Promise<Manifest | null> {
  if (!existsSync(manifestPath(file))) return null;
  const parsed = ManifestSchema.safeParse(readJson(manifestPath(file)));
  if (!parsed.success) throw new BackupUnusable(manifestPath(file), 'is not a manifest of this format');
  if ((await hashFile(file)) !== parsed.data.sha256)
    throw new BackupUnusable(file, 'is damaged: its SHA-256 differs from the one in its manifest');
  return parsed.data;
}

function readJson(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return null;
  }
}

/** Compares restored tables with the manifest, if there is one. @throws ProofFailed if a table differs */
export function requireSameTables(manifest: Manifest | null, tables: Contents['tables']): void {
  if (!manifest) return;
  const expectedDigests = new Map(Object.entries(manifest.tables));
  const restoredDigests = new Map(Object.entries(tables));
  requireEqualDigests(expectedDigests, restoredDigests, {}, {});
}
