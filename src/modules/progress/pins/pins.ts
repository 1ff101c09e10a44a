import { Injectable } from '@nestjs/common';
import type { Actor } from '../../../platform/auth/actor';
import { int } from '../../../platform/database/columns';
import { Database } from '../../../platform/database/database';
import { Forbidden } from '../../../platform/errors/access.errors';
import { EventBus } from '../../../platform/events/event-bus';
import { Clock } from '../../../platform/time/clock';
import { WorkDiscussed } from '../progress.events';
import { requireValid } from '../submissions/submissions';
import { DiscussedWorks, type DiscussedWork } from './discussed-works';
import { PinThreads } from './pin-threads.query';
import type { NewPin, Pin } from './pins.dto';
import { PinHasReplies, TooManyPins, TooManyReplies } from './pins.errors';

export const maxPins = 200;
export const maxReplies = 50;

/** What the teacher and the student say about places of a picture. Who may read the work may write. */
@Injectable()
export class Pins {
  constructor(
    private readonly database: Database,
    private readonly works: DiscussedWorks,
    private readonly threads: PinThreads,
    private readonly events: EventBus,
    private readonly clock: Clock,
  ) {}

  /** @throws SubmissionNotFound, ValidationFailed, TooManyPins */
  async add(actor: Actor, submissionId: number, newPin: NewPin): Promise<Pin> {
    return this.database.transaction(async () => {
      const work = await this.works.lock(actor, submissionId);
      requireCriterion(newPin, work);
      await this.requireArtwork(newPin, submissionId);
      const { artworkId, x, y, width, height, criterionId, text } = newPin;
      const added = await this.database.row(
        { id: int },
        `INSERT INTO progress_pin (artwork_id, author_id, x, y, width, height, criterion_id, text, created_at)
         SELECT a.id, $2, $3, $4, $5, $6, $7, $8, $9
         FROM progress_artwork a WHERE a.id = $1 AND ${maxPins} > (SELECT count(*) FROM progress_pin p
           JOIN progress_artwork b ON b.id = p.artwork_id WHERE b.submission_id = a.submission_id)
         RETURNING id`,
        [artworkId, actor.id, x, y, width ?? null, height ?? null, criterionId ?? null, text, this.clock.now()],
      );
      if (!added) throw new TooManyPins();
      await this.tellOtherSide(actor, work);
      return this.threads.get(actor, work, added.id);
    });
  }

  /** @throws PinNotFound, TooManyReplies */
  async reply(actor: Actor, pinId: number, text: string): Promise<Pin> {
    return this.database.transaction(async () => {
      const pin = await this.works.lockPin(actor, pinId);
      const added = await this.database.run(
        `INSERT INTO progress_pinreply (pin_id, author_id, text, created_at)
         SELECT p.id, $2, $3, $4
         FROM progress_pin p
         WHERE p.id = $1 AND ${maxReplies} > (SELECT count(*) FROM progress_pinreply r WHERE r.pin_id = p.id)`,
        [pinId, actor.id, text, this.clock.now()],
      );
      if (added === 0) throw new TooManyReplies();
      await this.tellOtherSide(actor, pin);
      return this.threads.get(actor, pin, pinId);
    });
  }

  /** To resolve it again changes nothing. @throws PinNotFound */
  async setResolved(actor: Actor, pinId: number, isResolved: boolean): Promise<Pin> {
    return this.database.transaction(async () => {
      const pin = await this.works.lockPin(actor, pinId);
      const sql = `UPDATE progress_pin SET resolved_at = $2, resolved_by_id = $3
        WHERE id = $1 AND (resolved_at IS NULL) = ${isResolved ? 'TRUE' : 'FALSE'}`;
      await this.database.run(sql, [pinId, isResolved ? this.clock.now() : null, isResolved ? actor.id : null]);
      return this.threads.get(actor, pin, pinId);
    });
  }

  /** @throws PinNotFound, Forbidden, PinHasReplies */
  async remove(actor: Actor, pinId: number): Promise<void> {
    await this.database.transaction(async () => {
      const pin = await this.works.lockPin(actor, pinId);
      if (pin.authorId !== actor.id) throw new Forbidden('Only its author may delete a pin.');
      const sql = `DELETE FROM progress_pin
        WHERE id = $1 AND NOT EXISTS (SELECT 1 FROM progress_pinreply r WHERE r.pin_id = $1)`;
      if ((await this.database.run(sql, [pinId])) === 0) throw new PinHasReplies();
    });
  }

  private async requireArtwork({ artworkId }: NewPin, submissionId: number): Promise<void> {
    const sql = 'SELECT id FROM progress_artwork WHERE id = $1 AND submission_id = $2';
    const found = await this.database.row({ id: int }, sql, [artworkId, submissionId]);
    const message = 'Must be a picture of this submission';
    requireValid(found ? [] : [{ pointer: '/body/artworkId', message, rule: 'artwork_of_submission' }]);
  }

  /** Nobody is told what they did, and the student nothing that they cannot see yet. */
  private async tellOtherSide(actor: Actor, work: DiscussedWork): Promise<void> {
    const { submissionId, studentId, teacherId, exerciseTitle, isHeld } = work;
    const receiverId = actor.id === studentId ? teacherId : studentId;
    if (receiverId === actor.id || (isHeld && receiverId === studentId)) return;
    await this.events.publish(new WorkDiscussed({ submissionId, receiverId, exerciseTitle }));
  }
}

function requireCriterion({ criterionId }: NewPin, { rubric }: DiscussedWork): void {
  const isKnown = criterionId === undefined || rubric?.some(({ id }) => id === criterionId);
  const message = 'Must be the id of a criterion of the rubric of the exercise';
  requireValid(isKnown ? [] : [{ pointer: '/body/criterionId', message, rule: 'criterion_of_rubric' }]);
}
