import { Module } from '@nestjs/common';
import { OutboxController } from './outbox.controller';

/** Shows undelivered events to administrators, who retry or discard them. */
@Module({ controllers: [OutboxController] })
export class OutboxAdministrationModule {}
