import { SetMetadata, type CustomDecorator } from '@nestjs/common';
import type { EventClass } from './domain-event';

export const HANDLES = 'events:handles';

export interface Subscription {
  when: 'in-transaction' | 'after-commit';
  events: EventClass[];
}

/** The class handles these events in the transaction that publishes them, so that both are committed or neither. */
export const InTransaction = (...events: EventClass[]): CustomDecorator =>
  SetMetadata(HANDLES, { when: 'in-transaction', events } satisfies Subscription);

/** The class handles these events after their commit, through the outbox. Its name is stored there, so renaming it needs a migration. */
export const AfterCommit = (...events: EventClass[]): CustomDecorator =>
  SetMetadata(HANDLES, { when: 'after-commit', events } satisfies Subscription);
