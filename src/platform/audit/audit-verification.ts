import { Injectable } from '@nestjs/common';
import { int } from '../database/columns';
import { Database } from '../database/database';
import { auditEntry, auditHead, chainStart, linkAfter, type ChainLink } from './audit-chain';

const batchSize = 1_000;

interface AuditBreak {
  /** The place in the chain from which nothing is proved. */
  sequence: number;
  problem: string;
}

export interface AuditReport {
  /** The number of entries whose place and content are proved. */
  verified: number;
  /** The number of entries that are not sealed yet. */
  unsealed: number;
  firstBreak: AuditBreak | null;
}

const sealedShape = { ...auditEntry.shape, sequence: int };
const linkShape = { sequence: auditHead.shape.sequence, hash: auditHead.shape.hash };

/** Computes the chain of the audit log again, and compares it with the stored one. */
@Injectable()
export class AuditVerification {
  constructor(private readonly database: Database) {}

  /**
   * @param known links that were written down elsewhere, such as in the logs of the job `audit:seal`. With them, a chain that was computed
   * anew after a change is found too
   */
  async verify(known: readonly ChainLink[] = []): Promise<AuditReport> {
    // The head is read first, because entries that are sealed meanwhile are no break.
    const head = await this.database.row(linkShape, 'SELECT sequence, hash FROM platform_audithead');
    const { last, firstBreak } = await this.followChain([...known, ...(head ? [head] : [])]);
    const unsealedSql = 'SELECT count(*) AS count FROM platform_auditentry WHERE sequence IS NULL';
    const unsealed = (await this.database.row({ count: int }, unsealedSql))!.count;
    return { verified: last.sequence, unsealed, firstBreak };
  }

  private async followChain(known: readonly ChainLink[]): Promise<{ last: ChainLink; firstBreak: AuditBreak | null }> {
    let last = chainStart;
    let rows: Awaited<ReturnType<typeof this.readAfter>>;
    do {
      rows = await this.readAfter(last.sequence);
      for (const row of rows) {
        const link = linkAfter(last, row);
        const problem = problemOf(row, last, link) ?? problemOfKnown(known, link);
        if (problem) return { last, firstBreak: { sequence: link.sequence, problem } };
        last = link;
      }
    } while (rows.length === batchSize);
    const lastKnown = Math.max(0, ...known.map(({ sequence }) => sequence));
    const isTailMissing = lastKnown > last.sequence;
    const problem = `the entries from here to ${lastKnown}, which were sealed, are missing`;
    return { last, firstBreak: isTailMissing ? { sequence: last.sequence + 1, problem } : null };
  }

  private readAfter(sequence: number) {
    return this.database.rows(
      sealedShape,
      `SELECT ${auditEntry.columns()} FROM platform_auditentry WHERE sequence > $1 ORDER BY sequence LIMIT ${batchSize}`,
      [sequence],
    );
  }
}

type SealedLink = Record<'sequence' | 'previousHash' | 'hash', number | string | null>;

function problemOf({ sequence, previousHash, hash }: SealedLink, last: ChainLink, link: ChainLink): string | null {
  if (sequence !== link.sequence) return `the entry is missing; the next one is ${sequence}`;
  if (previousHash !== last.hash) return 'the entry names another entry before it';
  if (hash !== link.hash) return 'the content of the entry was changed';
  return null;
}

function problemOfKnown(known: readonly ChainLink[], { sequence, hash }: ChainLink): string | null {
  const isOther = known.some((link) => link.sequence === sequence && link.hash !== hash);
  return isOther ? 'the entry has another hash than when it was sealed, so entries up to it were replaced' : null;
}
