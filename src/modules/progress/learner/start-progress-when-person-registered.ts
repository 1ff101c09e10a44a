import { Injectable } from '@nestjs/common';
import { Database } from '../../../platform/database/database';
import { insertRows } from '../../../platform/database/insert-rows';
import type { InTransactionHandler } from '../../../platform/events/domain-event';
import { InTransaction } from '../../../platform/events/handlers';
import { Clock } from '../../../platform/time/clock';
import { PersonRegistered } from '../../users';

/** Inserts the row of totals when a person registers, so that later statements only update it. */
@Injectable()
@InTransaction(PersonRegistered)
export class StartProgressWhenPersonRegistered implements InTransactionHandler<PersonRegistered> {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  async handle(registered: PersonRegistered[]): Promise<void> {
    const rows = registered.map(({ payload }) => [payload.userId, this.clock.now()]);
    await insertRows(this.database, 'users_userprogress', ['user_id', 'updated_at'], rows);
  }
}
