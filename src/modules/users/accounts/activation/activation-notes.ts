import { Injectable } from '@nestjs/common';
import { AccountMails } from '../../mails/account-mails';
import { SecurityEvents } from '../../security/security-events';
import type { ActingAdmin } from '../../sign-in/device';

/** Records that an account was opened or closed, and tells its owner, in the transaction of the caller. */
@Injectable()
export class ActivationNotes {
  constructor(
    private readonly securityEvents: SecurityEvents,
    private readonly mails: AccountMails,
  ) {}

  opened(personId: number, admin: ActingAdmin): Promise<void> {
    return this.securityEvents.record({ kind: 'account_opened', personId, ...admin });
  }

  async closed(personId: number, reason: string, admin: ActingAdmin): Promise<void> {
    await this.securityEvents.record({ kind: 'account_closed', personId, note: reason, ...admin });
    await this.mails.enqueue(personId, 'users.account-closed', { reason, hasReason: reason ? 'yes' : 'no' });
  }
}
