import { createHash } from 'node:crypto';
import { ProofFailed } from './move.errors';

/** What a table holds: how many rows, and the SHA-256 of their canonical lines in the order of the primary key. */
export interface TableDigest {
  rows: number;
  sha256: string;
}

export type Digests = Map<string, TableDigest>;

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

/** @throws ProofFailed where a table or a sum differs */
export function requireEqualDigests(source: Digests, target: Digests, sums: Sums, targetSums: Sums): void {
  const differences = [...source].flatMap(([name, { rows, sha256 }]) => {
    const copy = target.get(name);
    if (!copy) return [`${name}: not there`];
    if (copy.rows !== rows) return [`${name}: ${rows} rows became ${copy.rows}`];
    return copy.sha256 === sha256 ? [] : [`${name}: ${rows} rows on both sides, but not the same`];
  });
  for (const [name, sum] of Object.entries(sums))
    if (targetSums[name] !== sum) differences.push(`${name}: ${sum} became ${targetSums[name]}`);
  if (differences.length > 0) throw new ProofFailed(differences);
}

/** Named totals of the whole database, each the text of a number. */
export type Sums = Record<string, string>;
