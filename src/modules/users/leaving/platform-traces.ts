import { Injectable } from '@nestjs/common';
import { StreamTickets } from '../../../platform/auth/stream-tickets';
import { OutboxTraces } from '../../../platform/events/outbox-traces';
import { Files } from '../../../platform/files/files';
import { IdempotencyRecords } from '../../../platform/http/idempotency/idempotency-records';
import { Mails } from '../../../platform/mail/mails';

/** What the platform, which knows no people, has kept of a person by their id or address. */
@Injectable()
export class PlatformTraces {
  constructor(
    private readonly mails: Mails,
    private readonly idempotencyRecords: IdempotencyRecords,
    private readonly streamTickets: StreamTickets,
    private readonly outboxTraces: OutboxTraces,
    private readonly files: Files,
  ) {}

  async erase(personId: number, email: string): Promise<void> {
    await this.mails.forget(personId, email);
    await this.idempotencyRecords.forget(personId);
    await this.streamTickets.forget(personId);
    await this.outboxTraces.erase(personId);
    await this.files.forgetOwner(personId);
  }
}
