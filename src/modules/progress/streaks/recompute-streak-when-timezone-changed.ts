import { Injectable } from '@nestjs/common';
import type { InTransactionHandler } from '../../../platform/events/domain-event';
import { InTransaction } from '../../../platform/events/handlers';
import { TimezoneChanged } from '../../users';
import { Streaks } from './streaks';

/** Recomputes the streak, because today's date can be different in the new time zone. The streak can end, or be alive again. */
@Injectable()
@InTransaction(TimezoneChanged)
export class RecomputeStreakWhenTimezoneChanged implements InTransactionHandler<TimezoneChanged> {
  constructor(private readonly streaks: Streaks) {}

  async handle(changes: TimezoneChanged[]): Promise<void> {
    await this.streaks.recomputeOf(changes.map((change) => change.payload.userId));
  }
}
