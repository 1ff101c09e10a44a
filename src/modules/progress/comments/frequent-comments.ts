import { Injectable } from '@nestjs/common';
import type { Actor } from '../../../platform/auth/actor';
import type { Row } from '../../../platform/database/columns';
import { Database } from '../../../platform/database/database';
import { columnsOf } from '../../../platform/database/entity-columns';
import { placeholders } from '../../../platform/database/insert-rows';
import { Forbidden } from '../../../platform/errors/access.errors';
import { Clock } from '../../../platform/time/clock';
import { FrequentCommentNotFound, TooManyFrequentComments } from '../progress.errors';
import { FrequentCommentRow } from './frequent-comment.entity';

const columns = columnsOf(FrequentCommentRow).without('ownerId');
type OwnComment = Row<typeof columns.shape>;

export const maxFrequentComments = 200;

/** The comments that a teacher writes often. Nobody else sees them. */
@Injectable()
export class FrequentComments {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /** Lists the comments that are used most first. */
  list(ownerId: number): Promise<OwnComment[]> {
    return this.database.rows(
      columns.shape,
      `SELECT ${columns.columns()} FROM progress_frequentcomment WHERE owner_id = $1
       ORDER BY used_count DESC, id DESC LIMIT ${maxFrequentComments}`,
      [ownerId],
    );
  }

  /** @throws Forbidden, TooManyFrequentComments */
  async create(actor: Actor, text: string): Promise<OwnComment> {
    if (actor.role === 'student') throw new Forbidden('Only teachers and administrators give grades.');
    return this.database.transaction(async () => {
      const created = await this.database.row(
        columns.shape,
        `INSERT INTO progress_frequentcomment (owner_id, text, created_at)
         SELECT CAST($1 AS bigint), $2, $3
         WHERE (SELECT count(*) FROM progress_frequentcomment WHERE owner_id = $1) < ${maxFrequentComments}
         RETURNING ${columns.columns()}`,
        [actor.id, text, this.clock.now()],
      );
      if (!created) throw new TooManyFrequentComments();
      return created;
    });
  }

  /** @throws FrequentCommentNotFound, also for a comment of somebody else */
  async change(ownerId: number, id: number, text: string | undefined): Promise<OwnComment> {
    return this.database.transaction(async () => {
      const changed = await this.database.row(
        columns.shape,
        `UPDATE progress_frequentcomment SET text = COALESCE($3, text) WHERE id = $1 AND owner_id = $2
         RETURNING ${columns.columns()}`,
        [id, ownerId, text ?? null],
      );
      if (!changed) throw new FrequentCommentNotFound();
      return changed;
    });
  }

  /** @throws FrequentCommentNotFound */
  async remove(ownerId: number, id: number): Promise<void> {
    await this.database.transaction(async () => {
      const sql = 'DELETE FROM progress_frequentcomment WHERE id = $1 AND owner_id = $2';
      if ((await this.database.run(sql, [id, ownerId])) === 0) throw new FrequentCommentNotFound();
    });
  }

  /** Counts one use of each. An unknown id is ignored, because a comment can be deleted while somebody grades. */
  async countUse(ownerId: number, ids: readonly number[]): Promise<void> {
    if (ids.length === 0) return;
    await this.database.run(
      `UPDATE progress_frequentcomment SET used_count = used_count + 1, last_used_at = $2
       WHERE owner_id = $1 AND used_count < 2147483647 AND id IN (${placeholders(ids.length, 3)})`,
      [ownerId, this.clock.now(), ...ids],
    );
  }
}
