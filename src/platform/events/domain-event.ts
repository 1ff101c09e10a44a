/**
 * Something that happened, told by the module that owns it. `type` names the event for good (`progress.lesson-completed.v1`: a changed
 * payload is a new version); the payload is plain JSON values, never an entity, since it may wait in the outbox.
 */
export abstract class DomainEvent<P extends object = object> {
  static readonly type: string;

  constructor(readonly payload: P) {}

  get type(): string {
    return (this.constructor as typeof DomainEvent).type;
  }
}

export type EventClass<E extends DomainEvent = DomainEvent> = (new (payload: never) => E) & { readonly type: string };

/** Handles all events of its class that were published together, inside the publisher's transaction: the database only. */
export interface InTransactionHandler<E extends DomainEvent> {
  handle(events: E[]): Promise<void>;
}

/**
 * Handles one event after its commit, at least once: its database work and the removal of its outbox row are one
 * transaction, so that part happens exactly once; what leaves the machine must bear a repetition.
 */
export interface AfterCommitHandler<E extends DomainEvent> {
  handle(event: E): Promise<void>;
  /**
   * The same for many at once, where a handler offers it: their rows then leave in one transaction. When it fails, nothing
   * has happened, and each of them is handled by itself.
   */
  handleAll?(events: E[]): Promise<void>;
}
