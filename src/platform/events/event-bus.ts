import { Injectable, type OnModuleInit } from '@nestjs/common';
import { DiscoveryService } from '@nestjs/core';
import { Database } from '../database/database';
import type { AfterCommitHandler, DomainEvent, EventClass, InTransactionHandler } from './domain-event';
import { HANDLES, type Subscription } from './handlers';
import { Outbox } from './outbox';

/** Passes the events that modules publish to the handlers that subscribed to them. */
@Injectable()
export class EventBus implements OnModuleInit {
  private readonly inTransaction = new Map<string, InTransactionHandler<DomainEvent>[]>();
  private readonly afterCommit = new Map<string, string[]>();

  constructor(
    private readonly discovery: DiscoveryService,
    private readonly database: Database,
    private readonly outbox: Outbox,
  ) {}

  onModuleInit(): void {
    for (const { instance, metatype } of this.discovery.getProviders()) {
      const subscription = metatype && (Reflect.getMetadata(HANDLES, metatype) as Subscription | undefined);
      if (!subscription || !instance) continue;
      for (const event of subscription.events) this.subscribe(subscription.when, event, instance as never);
    }
  }

  /**
   * Publishes events in the open transaction. In-transaction handlers get all events of a class in one call, so that they can use
   * one statement for all events. Each event gets a row in the outbox for each of its after-commit handlers.
   */
  async publish(...events: DomainEvent[]): Promise<void> {
    this.database.unit();
    for (const [type, batch] of groupByType(events)) {
      for (const handler of this.afterCommit.get(type) ?? []) this.outbox.add(handler, batch);
      for (const handler of this.inTransaction.get(type) ?? []) await handler.handle(batch);
    }
  }

  private subscribe(
    when: Subscription['when'],
    event: EventClass,
    handler: InTransactionHandler<DomainEvent> & AfterCommitHandler<DomainEvent>,
  ): void {
    if (when === 'in-transaction') {
      this.inTransaction.set(event.type, [...(this.inTransaction.get(event.type) ?? []), handler]);
      return;
    }
    const name = handler.constructor.name;
    this.afterCommit.set(event.type, [...(this.afterCommit.get(event.type) ?? []), name]);
    this.outbox.register(name, event, handler);
  }
}

function groupByType(events: DomainEvent[]): Map<string, DomainEvent[]> {
  const batches = new Map<string, DomainEvent[]>();
  for (const event of events) {
    const batch = batches.get(event.type);
    if (batch) batch.push(event);
    else batches.set(event.type, [event]);
  }
  return batches;
}
