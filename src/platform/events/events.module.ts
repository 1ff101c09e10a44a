import { Global, Module } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { TypeOrmModule } from '@nestjs/typeorm';
import { EventBus } from './event-bus';
import { Outbox } from './outbox';
import { OutboxRow } from './outbox.entity';
import { OutboxWorker } from './outbox-worker';

@Global()
@Module({
  imports: [DiscoveryModule, TypeOrmModule.forFeature([OutboxRow])],
  providers: [EventBus, Outbox, OutboxWorker],
  exports: [EventBus, Outbox],
})
export class EventsModule {}
