import { Injectable } from '@nestjs/common';
import { int } from '../../../platform/database/columns';
import { columnsOf } from '../../../platform/database/entity-columns';
import { Database } from '../../../platform/database/database';
import { PersonalDataRegistry, rowsOfPerson, type Obstacle, type PersonalData } from '../../users';
import { Deposit } from '../deposits/deposit.entity';
import { openStates, Withdrawal } from './withdrawal.entity';
import { Wallet } from '../wallets/wallet.entity';
import { Wallets } from '../wallets/wallets';

const wallet = columnsOf(Wallet).without('userId');
const withdrawal = columnsOf(Withdrawal, [
  'id',
  'address',
  'amount',
  'state',
  'txHash',
  'reason',
  'requestedAt',
  'changedAt',
]);
const deposit = columnsOf(Deposit, ['id', 'txHash', 'sender', 'amount', 'state', 'seenAt', 'finalAt']);
const openStatesSql = openStates.map((state) => `'${state}'`).join(', ');

/** What Chain holds of a person. Payments stay, because the proof of the books needs them and the chain shows them to everybody. */
@Injectable()
export class PersonOnChain implements PersonalData {
  readonly name = 'chain';
  readonly tables = {
    rewards_wallet: 'deleted',
    rewards_wallet_challenge: 'deleted',
    rewards_withdrawal: 'kept: payments on the chain',
    rewards_deposit: 'kept: payments on the chain',
    rewards_chain_decision: 'kept: decisions of an administrator, with their reasons',
    rewards_payout_booking: 'kept: decisions of an administrator, with their reasons',
  };

  constructor(
    registry: PersonalDataRegistry,
    private readonly database: Database,
    private readonly wallets: Wallets,
  ) {
    registry.register(this);
  }

  async findObstacles(personId: number): Promise<Obstacle[]> {
    const sql = `SELECT count(*) AS total FROM rewards_withdrawal WHERE user_id = $1 AND state IN (${openStatesSql})`;
    const { total: count } = (await this.database.row({ total: int }, sql, [personId]))!;
    const advice = 'Wait until your withdrawals have ended, or cancel them.';
    return count > 0 ? [{ kind: 'pending_withdrawals', count, advice }] : [];
  }

  async export(personId: number): Promise<Record<string, readonly object[]>> {
    return {
      wallets: await rowsOfPerson(this.database, wallet, 'user_id', personId),
      withdrawals: await rowsOfPerson(this.database, withdrawal, 'user_id', personId),
      deposits: await rowsOfPerson(this.database, deposit, 'user_id', personId),
    };
  }

  async erase(personId: number): Promise<void> {
    await this.wallets.unlinkAll(personId);
    await this.database.run('DELETE FROM rewards_wallet WHERE user_id = $1', [personId]);
    await this.database.run('DELETE FROM rewards_wallet_challenge WHERE user_id = $1', [personId]);
  }
}
