import { Injectable } from '@nestjs/common';
import { Database } from '../../../platform/database/database';
import type { AfterCommitHandler } from '../../../platform/events/domain-event';
import { EventBus } from '../../../platform/events/event-bus';
import { AfterCommit } from '../../../platform/events/handlers';
import { Mails } from '../../../platform/mail/mails';
import { PasswordResetRequested } from '../users.events';
import { PasswordResets } from './password-resets';

/** Takes requests for a link by mail. */
@Injectable()
export class PasswordResetRequests {
  constructor(
    private readonly database: Database,
    private readonly mails: Mails,
    private readonly events: EventBus,
  ) {}

  /** Writes one event, whatever the address, so that the response and its duration tell nothing about accounts. @throws MailNotConfigured */
  async request(email: string): Promise<void> {
    this.mails.requireConfigured();
    await this.database.transaction(() => this.events.publish(new PasswordResetRequested({ email })));
  }
}

/** Looks for the account after the request was answered, and mails the link. */
@Injectable()
@AfterCommit(PasswordResetRequested)
export class SendPasswordReset implements AfterCommitHandler<PasswordResetRequested> {
  constructor(private readonly passwordResets: PasswordResets) {}

  async handle({ payload: { email } }: PasswordResetRequested): Promise<void> {
    await this.passwordResets.createByMail(email);
  }
}
