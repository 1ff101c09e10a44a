import { Injectable } from '@nestjs/common';
import type { InTransactionHandler } from '../../../platform/events/domain-event';
import { InTransaction } from '../../../platform/events/handlers';
import { CredentialsDropped } from '../users.events';
import { SecondFactors } from './second-factors';

/** A passkey that somebody added before the address was proven must not open the account of its owner, and an app must not lock the owner out. */
@Injectable()
@InTransaction(CredentialsDropped)
export class RemoveFactorsWhenCredentialsDropped implements InTransactionHandler<CredentialsDropped> {
  constructor(private readonly factors: SecondFactors) {}

  async handle(events: CredentialsDropped[]): Promise<void> {
    for (const { payload } of events) await this.factors.removeAll(payload.userId);
  }
}
