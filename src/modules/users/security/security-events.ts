import { Injectable, Logger } from '@nestjs/common';
import { z } from 'zod';
import { actorWithId, AuditLog, type AuditDetail } from '../../../platform/audit/audit-log';
import { bool, int, type Row } from '../../../platform/database/columns';
import { Database } from '../../../platform/database/database';
import { columnsOf } from '../../../platform/database/entity-columns';
import { keyset } from '../../../platform/http/cursor';
import { Clock } from '../../../platform/time/clock';
import type { Device } from '../sign-in/device';
import { alarmingKinds, type SecurityEventKind } from './security-event.lists';
import { SecurityEvent } from './security-event.entity';

interface NewSecurityEvent {
  kind: SecurityEventKind;
  /** The owner of the account. */
  personId: number;
  /** The person who acted. The default is the owner; null if nobody was signed in. */
  actorId?: number | null;
  device?: Device;
  note?: string;
  /** Kept in the audit log too, for ever. So it must not be a text that a person has written. */
  detail?: AuditDetail;
}

const securityEvent = columnsOf(SecurityEvent);
const securityEventShape = securityEvent.shape;
export type SecurityEventRow = Row<typeof securityEventShape>;

const newestFirst = keyset('security-events:newest', [z.int()]);
const batchSize = 1_000;

/** Records and lists security events. Events are never changed; a job removes old ones. */
@Injectable()
export class SecurityEvents {
  private readonly log = new Logger('Security');

  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly auditLog: AuditLog,
  ) {}

  /**
   * Must be called in the transaction of the recorded action. If the person does not exist, the same statement inserts
   * nothing, so that a caller cannot tell unknown logins from known ones by the time that they take. The audit log gets an entry too.
   */
  async record({ kind, personId, actorId = personId, device = {}, ...texts }: NewSecurityEvent): Promise<void> {
    const { note = '', detail = {} } = texts;
    const { address = '', userAgent = '' } = device;
    this.auditLog.record({
      action: `users.${kind.replaceAll('_', '-')}`,
      object: ['users', personId],
      detail,
      actor: actorWithId(actorId),
      onlyIfExists: { table: 'users_user', id: personId },
    });
    const insertedCount = await this.database.run(
      `INSERT INTO users_securityevent (happened_at, kind, person_id, actor_id, address, user_agent, note)
       SELECT $2, $3, id, $4, $5, $6, $7 FROM users_user WHERE id = $1`,
      [personId, this.clock.now(), kind, actorId, address, userAgent.slice(0, 200), note.slice(0, 200)],
    );
    if (insertedCount > 0) this.database.afterCommit(() => this.logEvent({ kind, personId, actorId }));
  }

  /** Whether the person exists, or existed and has security events. */
  async hasPerson(personId: number): Promise<boolean> {
    const sql = `SELECT EXISTS (SELECT 1 FROM users_user WHERE id = $1)
      OR EXISTS (SELECT 1 FROM users_securityevent WHERE person_id = $1) AS "isKnown"`;
    const row = await this.database.row({ isKnown: bool }, sql, [personId]);
    return row!.isKnown;
  }

  /** Returns up to `limit` events of a person after the cursor, newest first. */
  list(personId: number, cursor: string | undefined, limit: number): Promise<SecurityEventRow[]> {
    const [beforeId] = newestFirst.read(cursor) ?? [Number.MAX_SAFE_INTEGER];
    return this.database.rows(
      securityEventShape,
      `SELECT ${securityEvent.columns()}
       FROM users_securityevent WHERE person_id = $1 AND id < $2 ORDER BY id DESC LIMIT $3`,
      [personId, beforeId, limit],
    );
  }

  async count(personId: number): Promise<number> {
    const countSql = 'SELECT count(*) AS total FROM users_securityevent WHERE person_id = $1';
    const row = await this.database.row({ total: int }, countSql, [personId]);
    return row?.total ?? 0;
  }

  readonly cursorAfter = ({ id }: SecurityEventRow): string => newestFirst.after(id);

  /** Removes the events that happened before `cutoff`, one batch per transaction. Returns the number of removed events. */
  async expire(cutoff: Date): Promise<number> {
    let removedCount = 0;
    let batchCount: number;
    do {
      batchCount = await this.database.transaction(() =>
        this.database.run(
          `DELETE FROM users_securityevent WHERE id IN
             (SELECT id FROM users_securityevent WHERE happened_at < $1 ORDER BY id LIMIT ${batchSize})`,
          [cutoff],
        ),
      );
      removedCount += batchCount;
    } while (batchCount === batchSize);
    return removedCount;
  }

  private logEvent({ kind, personId, actorId }: Pick<SecurityEventRow, 'kind' | 'personId' | 'actorId'>): void {
    const actor = actorId === null ? 'an unknown actor' : `person ${actorId}`;
    const message = actorId === personId ? `${kind}: person ${personId}` : `${kind}: person ${personId} by ${actor}`;
    if (alarmingKinds.has(kind)) this.log.warn(message);
    else this.log.log(message);
  }
}
