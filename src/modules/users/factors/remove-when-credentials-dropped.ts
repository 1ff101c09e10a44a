import { Injectable } from '@nestjs/common';
import type { InTransactionHandler } from '../../../platform/events/domain-event';
import { InTransaction } from '../../../platform/events/handlers';
import { SecurityEvents } from '../security/security-events';
import { CredentialsDropped } from '../users.events';
import { SecondFactors } from './second-factors';

/** A passkey that somebody added before the address was proven must not open the account of its owner, and an app must not lock the owner out. */
@Injectable()
@InTransaction(CredentialsDropped)
export class RemoveFactorsWhenCredentialsDropped implements InTransactionHandler<CredentialsDropped> {
  constructor(
    private readonly factors: SecondFactors,
    private readonly securityEvents: SecurityEvents,
  ) {}

  async handle(events: CredentialsDropped[]): Promise<void> {
    for (const { payload } of events) if (await this.factors.has(payload.userId)) await this.remove(payload.userId);
  }

  private async remove(personId: number): Promise<void> {
    await this.factors.removeAll(personId);
    const note = 'It was added before the address was proven';
    await this.securityEvents.record({ kind: 'second_factor_removed', personId, actorId: null, note });
    await this.factors.publish(personId, 'removed_with_credentials');
  }
}
