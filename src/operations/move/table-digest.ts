import { createHash } from 'node:crypto';
import { ProofFailed } from './move.errors';

/** The number of rows of a table, and the SHA-256 of their canonical lines in the order of the primary key. */
export interface TableDigest {
  rows: number;
  sha256: string;
}

export type Digests = Map<string, TableDigest>;

/** Computes the digest of a table from its lines. */
export class LineDigest {
  private readonly hash = createHash('sha256');
  private rows = 0;

  add(lines: string | Buffer, rows: number): void {
    this.hash.update(lines);
    this.rows += rows;
  }

  end(): TableDigest {
    return { rows: this.rows, sha256: this.hash.digest('hex') };
  }
}

/** @throws ProofFailed if a table or a sum differs */
export function requireEqualDigests(source: Digests, target: Digests, sourceSums: Sums, targetSums: Sums): void {
  const differences: string[] = [];
  for (const [name, { rows, sha256 }] of source) {
    const copy = target.get(name);
    if (!copy) differences.push(`${name}: the copy lacks this table`);
    else if (copy.rows !== rows) differences.push(`${name}: ${rows} rows in the source, ${copy.rows} in the copy`);
    else if (copy.sha256 !== sha256) differences.push(`${name}: ${rows} rows on both sides, but their contents differ`);
  }
  for (const [name, sum] of Object.entries(sourceSums))
    if (targetSums[name] !== sum) differences.push(`${name}: ${sum} in the source, ${targetSums[name]} in the copy`);
  if (differences.length > 0) throw new ProofFailed(differences);
}

/** Totals of the whole database by name, each a number as text. */
export type Sums = Record<string, string>;
