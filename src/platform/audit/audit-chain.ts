import { hash } from 'node:crypto';
import { columnsOf } from '../database/entity-columns';
import type { Row } from '../database/columns';
import { AuditEntry, AuditHead } from './audit-entry.entity';

export const auditEntry = columnsOf(AuditEntry);
export const auditHead = columnsOf(AuditHead);
/** The columns that do not depend on the place of the entry in the chain. */
export const auditContent = auditEntry.without('sequence', 'previousHash', 'hash');
export type AuditContent = Row<typeof auditContent.shape>;

export type AuditEntryRow = Row<typeof auditEntry.shape>;

export interface ChainLink {
  sequence: number;
  hash: string;
}

/** The chain begins after this link, which no entry has. */
export const chainStart: ChainLink = { sequence: 0, hash: '' };

/**
 * The SHA-256, in hex, of an entry that follows `previous` in the chain. The text that is hashed does not depend on the engine: numbers, a
 * time in UTC with milliseconds, and the members of `detail` sorted by name.
 */
export function linkAfter(previous: ChainLink, entry: AuditContent): ChainLink {
  const sequence = previous.sequence + 1;
  const detail = Object.entries(entry.detail as Record<string, unknown>).sort(([a], [b]) => (a < b ? -1 : 1));
  const { id, happenedAt, action, actorKind, actorId, objectType, objectId, traceId } = entry;
  const content = [id, happenedAt.toISOString(), action, actorKind, actorId, objectType, objectId, detail, traceId];
  return { sequence, hash: hash('sha256', JSON.stringify([sequence, previous.hash, ...content]), 'hex') };
}
