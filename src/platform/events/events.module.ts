import { Global, Module } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { TypeOrmModule } from '@nestjs/typeorm';
import { EventBus } from './event-bus';
import { Outbox } from './outbox';
import { OutboxDecision, OutboxRow } from './outbox.entity';
import { OutboxRows } from './outbox-rows';
import { OutboxWorker } from './outbox-worker';

@Global()
@Module({
  imports: [DiscoveryModule, TypeOrmModule.forFeature([OutboxRow, OutboxDecision])],
  providers: [EventBus, Outbox, OutboxRows, OutboxWorker],
  exports: [EventBus, Outbox],
})
export class EventsModule {}
