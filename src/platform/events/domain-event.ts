/**
 * An event that a module publishes about its own data. The name in `type` never changes; a changed payload gets a new version
 * (`progress.lesson-completed.v1`). The payload has only JSON values and no entities, because it may wait in the outbox.
 */
export abstract class DomainEvent<P extends object = object> {
  static readonly type: string;

  constructor(readonly payload: P) {}

  get type(): string {
    return (this.constructor as typeof DomainEvent).type;
  }
}

export type EventClass<E extends DomainEvent = DomainEvent> = (new (payload: never) => E) & { readonly type: string };

/** Handles the events of a class that were published together, in the transaction of the publisher. It may only change the database. */
export interface InTransactionHandler<E extends DomainEvent> {
  handle(events: E[]): Promise<void>;
}

/**
 * Handles one event after its commit, at least once. Its changes of the database happen exactly once, because they are in one
 * transaction with the deletion of the outbox row. Its calls of other systems may be repeated, so they must be idempotent.
 */
export interface AfterCommitHandler<E extends DomainEvent> {
  handle(event: E): Promise<void>;
  /**
   * Handles many events in one transaction. It is optional. If it fails, the transaction is rolled back, and each event is handled
   * by itself.
   */
  handleAll?(events: E[]): Promise<void>;
}
