/**
 * An event that a module publishes about its own data. Its `type` (`progress.lesson-completed.v1`) never changes. If the payload
 * changes, the new event has a new version in its type. The payload has only JSON values, because it is stored in the outbox.
 */
export abstract class DomainEvent<P extends object = object> {
  static readonly type: string;

  constructor(readonly payload: P) {}

  get type(): string {
    return (this.constructor as typeof DomainEvent).type;
  }
}

export type EventClass<E extends DomainEvent = DomainEvent> = (new (payload: never) => E) & { readonly type: string };

/** Handles events of a class, which were published together, in the transaction of the publisher. A handler may only change the database. */
export interface InTransactionHandler<E extends DomainEvent> {
  handle(events: E[]): Promise<void>;
}

/**
 * Handles one event after its commit, at least once. The handler's changes of the database happen exactly once, because the event is
 * deleted from the outbox in the same transaction. Calls of other systems may be repeated, so they must be idempotent.
 */
export interface AfterCommitHandler<E extends DomainEvent> {
  handle(event: E): Promise<void>;
  /**
   * Handles many events in one transaction. This method is optional. If it throws, the transaction is rolled back, and `handle` is
   * called for each event.
   */
  handleAll?(events: E[]): Promise<void>;
}
