import { Injectable } from '@nestjs/common';
import { AccountMails } from '../mails/account-mails';
import { SecurityEvents } from '../security/security-events';
import { Sessions } from '../sessions/sessions';
import type { ActingAdmin, Device } from '../sign-in/device';

/** Tells the person of their departure, ends their sessions and records it, in the transaction of the caller. */
@Injectable()
export class DepartureNotes {
  constructor(
    private readonly sessions: Sessions,
    private readonly securityEvents: SecurityEvents,
    private readonly mails: AccountMails,
  ) {}

  async requested(userId: number, dueAt: Date, device: Device): Promise<void> {
    await this.securityEvents.record({ kind: 'departure_requested', personId: userId, device });
    await this.sessions.endAll(userId, 'departure');
    await this.mails.enqueue(userId, 'users.departure-requested', { leavesAt: dueAt.toISOString() });
  }

  async cancelled(userId: number, device: Device): Promise<void> {
    await this.securityEvents.record({ kind: 'departure_cancelled', personId: userId, device });
    await this.mails.enqueue(userId, 'users.departure-cancelled', {});
  }

  cancelledByAdmin(userId: number, admin: ActingAdmin): Promise<void> {
    return this.securityEvents.record({ kind: 'departure_cancelled', personId: userId, ...admin });
  }
}
