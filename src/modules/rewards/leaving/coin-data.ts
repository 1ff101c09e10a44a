import { Injectable } from '@nestjs/common';
import { int } from '../../../platform/database/columns';
import { columnsOf } from '../../../platform/database/entity-columns';
import { Database } from '../../../platform/database/database';
import { PersonalDataRegistry, rowsOfPerson, type Obstacle, type PersonalData } from '../../users';
import { Achievement } from '../achievements/achievement.entity';
import { StaffGrant } from '../grants/staff-grant.entity';
import { Ledger } from '../ledger/ledger';
import { TeocoinTransaction } from '../ledger/teocoin-transaction.entity';

const transaction = columnsOf(TeocoinTransaction, [
  'id',
  'transactionType',
  'amount',
  'description',
  'recipientId',
  'relatedObjectType',
  'relatedObjectId',
  'blockchainTxHash',
  'isBlockchainConfirmed',
  'createdAt',
  'balanceAfter',
]);
const achievement = columnsOf(Achievement).without('userId');
const grant = columnsOf(StaffGrant).without('requestedById', 'decidedById', 'operationId');

/** What Rewards holds of a person. The ledger stays under the id, so that the books balance. */
@Injectable()
export class CoinData implements PersonalData {
  readonly name = 'rewards';
  readonly tables = {
    rewards_teocointransaction:
      'kept with the reasons of the staff; the messages of transfers are cleared, and the rest of the coins is forfeited',
    rewards_achievement: 'kept',
    rewards_unpaidreward: 'kept',
    rewards_unusualaccount: 'deleted',
    rewards_staffgrant: 'kept: decisions about coins, with their reasons',
    rewards_staffgrantrecipient: 'kept',
    rewards_staffday: 'kept: sums of an administrator',
  };

  constructor(
    registry: PersonalDataRegistry,
    private readonly database: Database,
    private readonly ledger: Ledger,
  ) {
    registry.register(this);
  }

  async findObstacles(personId: number, forfeits: boolean): Promise<Obstacle[]> {
    const count = forfeits ? 0 : await this.balanceOf(personId);
    const advice = 'Give the TeoCoins to somebody, withdraw them, or send forfeit: true.';
    return count > 0 ? [{ kind: 'balance', count, advice }] : [];
  }

  async export(personId: number): Promise<Record<string, readonly object[]>> {
    return {
      transactions: await rowsOfPerson(this.database, transaction, 'user_id', personId),
      achievements: await rowsOfPerson(this.database, achievement, 'user_id', personId),
      requestedGrants: await rowsOfPerson(this.database, grant, 'requested_by_id', personId),
    };
  }

  async erase(personId: number): Promise<void> {
    await this.ledger.emptyMessages(personId);
    await this.database.run('DELETE FROM rewards_unusualaccount WHERE user_id = $1', [personId]);
    // The lock comes before the read, so that no other movement comes between.
    this.ledger.lock([personId]);
    const amount = await this.balanceOf(personId);
    const description = 'The account was left';
    if (amount > 0) await this.ledger.post([{ userId: personId, type: 'forfeiture', amount, description }]);
  }

  private async balanceOf(personId: number): Promise<number> {
    const sql = 'SELECT teo_coins AS balance FROM users_user WHERE id = $1';
    return (await this.database.row({ balance: int }, sql, [personId]))!.balance;
  }
}
