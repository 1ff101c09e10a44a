import { Global, Module } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { TypeOrmModule } from '@nestjs/typeorm';
import { EventBus } from './event-bus';
import { Outbox } from './outbox';
import { OutboxAdministration } from './outbox-administration';
import { OutboxDecision, OutboxRow } from './outbox.entity';
import { OutboxRows } from './outbox-rows';
import { OutboxMetrics } from './outbox-metrics';
import { OutboxMonitor } from './outbox-monitor';
import { OutboxTraces } from './outbox-traces';
import { OutboxWorker } from './outbox-worker';

@Global()
@Module({
  imports: [DiscoveryModule, TypeOrmModule.forFeature([OutboxRow, OutboxDecision])],
  providers: [
    EventBus,
    Outbox,
    OutboxRows,
    OutboxAdministration,
    OutboxMonitor,
    OutboxMetrics,
    OutboxTraces,
    OutboxWorker,
  ],
  exports: [EventBus, Outbox, OutboxAdministration, OutboxMonitor, OutboxTraces],
})
export class EventsModule {}
