import { Injectable, Logger } from '@nestjs/common';
import { Database } from '../database/database';
import { tuplesSql } from '../database/insert-rows';
import { Clock } from '../time/clock';
import { auditContent, auditHead, chainStart, linkAfter, type AuditContent, type ChainLink } from './audit-chain';

const batchSize = 500;
const linkTypes = ['bigint', 'bigint', 'varchar', 'varchar'];

/** Thrown if the end of the chain is not where the last sealing left it. Then nothing is sealed until an administrator has looked. */
class AuditChainBroken extends Error {
  override name = 'AuditChainBroken';
}

/**
 * Chains the entries that were committed since the last run. The writers of entries do not wait for each other, because only this job gives
 * sequence numbers. An entry whose transaction commits late is sealed by a later run, so the sequence is not always the order of `happenedAt`.
 */
@Injectable()
export class AuditSealing {
  private readonly log = new Logger('Audit log');

  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /** @returns the number of sealed entries and the end of the chain, or null if there was nothing to seal */
  async sealAll(): Promise<{ sealed: number; sequence: number; hash: string } | null> {
    let sealed = 0;
    let head: ChainLink = chainStart;
    let batchCount: number;
    do {
      const batch = await this.database.transaction(() => this.sealBatch());
      batchCount = batch?.count ?? 0;
      sealed += batchCount;
      head = batch?.head ?? head;
    } while (batchCount === batchSize);
    if (sealed === 0) return null;
    // The log is kept elsewhere, so this line proves later that no entry up to this one was changed, even by the owner of the database.
    this.log.log(`The audit log is sealed up to entry ${head.sequence} with the hash ${head.hash}`);
    return { sealed, ...head };
  }

  private async sealBatch(): Promise<{ count: number; head: ChainLink } | null> {
    const entries = await this.database.rows(
      auditContent.shape,
      `SELECT ${auditContent.columns()} FROM platform_auditentry WHERE sequence IS NULL ORDER BY id LIMIT ${batchSize}`,
    );
    if (entries.length === 0) return null;
    const head = await this.seal(entries, await this.findHead());
    await this.database.run(
      `INSERT INTO platform_audithead (id, sequence, hash, sealed_at) VALUES (1, $1, $2, $3)
       ON CONFLICT (id) DO UPDATE SET sequence = excluded.sequence, hash = excluded.hash, sealed_at = excluded.sealed_at`,
      [head.sequence, head.hash, this.clock.now()],
    );
    return { count: entries.length, head };
  }

  private async seal(entries: readonly AuditContent[], head: ChainLink): Promise<ChainLink> {
    let last = head;
    const rows = entries.map((entry) => {
      const previousHash = last.hash;
      last = linkAfter(last, entry);
      return [entry.id, last.sequence, previousHash, last.hash];
    });
    await this.database.run(
      `UPDATE platform_auditentry SET sequence = links.sequence, previous_hash = links.previous_hash, hash = links.hash
       FROM (SELECT column1 AS id, column2 AS sequence, column3 AS previous_hash, column4 AS hash
         FROM (VALUES ${tuplesSql(rows.length, linkTypes.length, linkTypes)}) AS v) AS links
       WHERE platform_auditentry.id = links.id`,
      rows.flat(),
    );
    return last;
  }

  /** @throws AuditChainBroken if entries at the end were deleted or added, or the row of the head was */
  private async findHead(): Promise<ChainLink> {
    const shape = { sequence: auditHead.shape.sequence, hash: auditHead.shape.hash };
    const head = await this.database.row(shape, 'SELECT sequence, hash FROM platform_audithead');
    const lastSql = `SELECT sequence, hash FROM platform_auditentry WHERE sequence IS NOT NULL ORDER BY sequence DESC LIMIT 1`;
    const last = (await this.database.row(shape, lastSql)) ?? chainStart;
    const expected = head ?? chainStart;
    if (last.sequence === expected.sequence && last.hash === expected.hash) return expected;
    throw new AuditChainBroken(
      `The last sealed entry is ${last.sequence}, but entry ${expected.sequence} was sealed last. Nothing is sealed until this is explained; see docs/operations/audit-log.md.`,
    );
  }
}
