import { createHash } from 'node:crypto';
import { createReadStream, existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { z } from 'zod';
import { requireEqualDigests } from '../move/table-digest';
import { BackupUnusable } from './backup.errors';

/** What lies beside a backup and proves it: of the file its own hash, of the database the rows and the hash of each table. */
const ManifestSchema = z.object({
  format: z.literal(1),
  engine: z.enum(['sqlite', 'postgres']),
  createdAt: z.iso.datetime(),
  bytes: z.number(),
  sha256: z.string(),
  migrations: z.array(z.string()),
  tables: z.record(z.string(), z.object({ rows: z.number(), sha256: z.string() })),
});

export type Manifest = z.output<typeof ManifestSchema>;
/** What a backup holds, whatever the file is like. */
export type Contents = Pick<Manifest, 'engine' | 'migrations' | 'tables'>;

export const manifestPath = (file: string): string => `${file}.manifest.json`;

export async function hashFile(file: string): Promise<string> {
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
 * Null where there is none.
 * @throws BackupUnusable where the file is not the one it was written for
 */
export async function findVerifiedManifest(file: string): Promise<Manifest | null> {
  if (!existsSync(manifestPath(file))) return null;
  const parsed = ManifestSchema.safeParse(readJson(manifestPath(file)));
  if (!parsed.success) throw new BackupUnusable(manifestPath(file), 'is not a manifest of this format');
  if ((await hashFile(file)) !== parsed.data.sha256)
    throw new BackupUnusable(file, 'is damaged: its SHA-256 is not the one of its manifest');
  return parsed.data;
}

function readJson(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return null;
  }
}

/** @throws ProofFailed where a table is not as it was; without a manifest there is nothing to compare with */
export function requireSameTables(manifest: Manifest | null, tables: Contents['tables']): void {
  if (manifest) requireEqualDigests(new Map(Object.entries(manifest.tables)), new Map(Object.entries(tables)), {}, {});
}
