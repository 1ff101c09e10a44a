import { Injectable } from '@nestjs/common';
import type { InTransactionHandler } from '../../../platform/events/domain-event';
import { InTransaction } from '../../../platform/events/handlers';
import { CredentialsDropped } from '../../users';
import { Wallets } from './wallets';

/** The wallets belong to who has registered with an address that was not theirs. So coins must not be withdrawn to them. */
@Injectable()
@InTransaction(CredentialsDropped)
export class UnlinkWhenCredentialsDropped implements InTransactionHandler<CredentialsDropped> {
  constructor(private readonly wallets: Wallets) {}

  async handle(events: CredentialsDropped[]): Promise<void> {
    for (const { payload } of events) await this.wallets.unlinkAll(payload.userId);
  }
}
