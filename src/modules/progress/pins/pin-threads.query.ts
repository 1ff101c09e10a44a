import { Injectable } from '@nestjs/common';
import type { Actor } from '../../../platform/auth/actor';
import { Database } from '../../../platform/database/database';
import { DiscussedWorks, onlyAuthorOf, type DiscussedWork } from './discussed-works';
import { pinColumns, pinShape, replyColumns, replyShape, type ReplyRow } from './pin-rows';
import { showPin, type Pin as ShownPin } from './pins.dto';
import { PinNotFound } from './pins.errors';

/** Reads the pins of a work with their replies. */
@Injectable()
export class PinThreads {
  constructor(
    private readonly database: Database,
    private readonly works: DiscussedWorks,
  ) {}

  /** Sends three statements. @throws SubmissionNotFound */
  async list(actor: Actor, submissionId: number): Promise<ShownPin[]> {
    return this.read(actor, await this.works.get(actor, submissionId), null);
  }

  /** @throws PinNotFound */
  async get(actor: Actor, work: DiscussedWork, pinId: number): Promise<ShownPin> {
    const [found] = await this.read(actor, work, pinId);
    if (!found) throw new PinNotFound();
    return found;
  }

  /** The condition is the same for the pins and the replies, so both are read in one round trip. */
  private async read(actor: Actor, work: DiscussedWork, pinId: number | null): Promise<ShownPin[]> {
    const values = [work.submissionId, onlyAuthorOf(actor, work) ?? 0, pinId ?? 0];
    const ofWorkSql = `JOIN progress_artwork a ON a.id = p.artwork_id AND a.submission_id = $1
      AND (CAST($2 AS bigint) = 0 OR p.author_id = $2) AND (CAST($3 AS bigint) = 0 OR p.id = $3)`;
    const [pins, replies] = await Promise.all([
      this.database.rows(
        pinShape,
        `SELECT ${pinColumns} FROM progress_pin p ${ofWorkSql}
         LEFT JOIN users_user u ON u.id = p.author_id ORDER BY a.position, p.id`,
        values,
      ),
      this.database.rows(
        replyShape,
        `SELECT ${replyColumns} FROM progress_pinreply r
         JOIN progress_pin p ON p.id = r.pin_id ${ofWorkSql} AND (CAST($2 AS bigint) = 0 OR r.author_id = $2)
         LEFT JOIN users_user u ON u.id = r.author_id ORDER BY r.id`,
        values,
      ),
    ]);
    const repliesByPin = new Map<number, ReplyRow[]>(pins.map(({ id }) => [id, []]));
    for (const row of replies) repliesByPin.get(row.pinId)?.push(row);
    return pins.map((row) => showPin(row, repliesByPin.get(row.id) ?? []));
  }
}
