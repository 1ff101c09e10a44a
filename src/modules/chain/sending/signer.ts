import { Injectable } from '@nestjs/common';
import type { Transaction } from 'ethers';
import { bool, int, text, textOf, type Row } from '../../../platform/database/columns';
import { Database } from '../../../platform/database/database';
import { Clock } from '../../../platform/time/clock';
import { ChainConfig } from '../settings/chain-settings';
import { token, unitsOf } from '../settings/token';
import { isWithheldSql } from '../withdrawals/payment-conditions';
import { dayMs, maxAmount } from '../withdrawals/withdrawal-limits';
import { openStates, type WithdrawalState } from '../withdrawals/withdrawal.entity';
import { maxFeeFor } from './fees';
import { TreasuryKey } from './treasury-key';

/** The signer does not sign the transaction, because it does not agree with the database or with the limits. */
export class SigningRefused extends Error {
  override name = 'SigningRefused';
}

const withdrawalShape = {
  amount: int,
  address: text,
  nonce: int,
  state: textOf<WithdrawalState>(),
  isWithheld: bool,
};

/** A payment of the withdrawal was signed after $1. */
const isSignedWithinDaySql = `state <> 'refunded' AND id IN (
  SELECT withdrawal_id FROM rewards_withdrawal_attempt WHERE kind = 'payment' AND signed_at > $1)`;

/** Checks each transaction against the database and the limits before the key signs it, so that a defect in other code cannot pay too much. */
@Injectable()
export class Signer {
  constructor(
    private readonly database: Database,
    private readonly chain: ChainConfig,
    private readonly key: TreasuryKey,
    private readonly clock: Clock,
  ) {}

  /** Signs the payment or the cancellation of a withdrawal. @throws SigningRefused */
  async sign(transaction: Transaction, withdrawalId: number): Promise<{ raw: string; txHash: string }> {
    const keyHolder = await this.key.find();
    if (!keyHolder) throw new SigningRefused('This process has no key. Set CHAIN_KEYSTORE or CHAIN_PRIVATE_KEY');
    const treasury = keyHolder.address.toLowerCase();
    await this.check(transaction, withdrawalId, treasury);
    transaction.signature = await keyHolder.signDigest(transaction.unsignedHash).catch((cause: unknown) => {
      // The caller handles only SigningRefused, and then still sends the transactions that were signed before.
      throw new SigningRefused('The key service does not sign. Check that it is reachable', { cause });
    });
    if (transaction.from?.toLowerCase() !== treasury)
      throw new SigningRefused('The signature was not made with the key of the treasury');
    return { raw: transaction.serialized, txHash: transaction.hash as string };
  }

  /** The TeoCoins that can still be assigned within these 24 hours. A withdrawal that has a nonce counts as signed. */
  async remainingLimit(): Promise<number> {
    const assignedAmount = await this.sumAmounts(`state = 'signing' OR (${isSignedWithinDaySql})`, 0);
    return this.chain.settings.dailyCap - assignedAmount;
  }

  /** @param conditionSql may use $1, the time 24 hours ago */
  private async sumAmounts(conditionSql: string, exceptId: number): Promise<number> {
    const sql = `SELECT COALESCE(sum(amount), 0) AS total FROM rewards_withdrawal WHERE id <> $2 AND (${conditionSql})`;
    const dayAgo = new Date(this.clock.now().getTime() - dayMs);
    return (await this.database.row({ total: int }, sql, [dayAgo, exceptId]))!.total;
  }

  private async check(transaction: Transaction, withdrawalId: number, treasury: string): Promise<void> {
    const sql = `SELECT amount, address, nonce, state, ${isWithheldSql('withdrawal')} AS "isWithheld"
      FROM rewards_withdrawal withdrawal WHERE id = $1 AND nonce IS NOT NULL`;
    const withdrawal = await this.database.row(withdrawalShape, sql, [withdrawalId]);
    if (!withdrawal || !(openStates as readonly string[]).includes(withdrawal.state))
      throw new SigningRefused('There is no open withdrawal with this id that has a nonce');
    const objection = this.findObjection(transaction, withdrawal, treasury);
    if (objection) throw new SigningRefused(objection);
    if (isCancellation(transaction, treasury)) return;
    // A withdrawal that was signed before may be signed again with another fee although its account is closed, because this pays nobody more.
    if (withdrawal.state === 'signing' && withdrawal.isWithheld) throw new SigningRefused('The account is closed');
    const { dailyCap } = this.chain.settings;
    const otherAmounts = await this.sumAmounts(isSignedWithinDaySql, withdrawalId);
    if (withdrawal.amount + otherAmounts > dailyCap)
      throw new SigningRefused(`The limit of ${dailyCap} TeoCoins within 24 hours is reached (CHAIN_DAILY_CAP)`);
  }

  /** The reason why the transaction must not be signed, or null. */
  private findObjection(
    transaction: Transaction,
    withdrawal: Row<typeof withdrawalShape>,
    treasury: string,
  ): string | null {
    const { contract, chainId, maxFee } = this.chain.settings;
    if (Number(transaction.chainId) !== chainId) return `The transaction is for chain ${transaction.chainId}`;
    if (transaction.nonce !== withdrawal.nonce) return `The transaction has nonce ${transaction.nonce}`;
    if (transaction.value !== 0n) return 'The transaction sends the native coin of the chain';
    const isCancelling = isCancellation(transaction, treasury);
    if ((transaction.maxFeePerGas ?? 0n) > maxFeeFor(maxFee, isCancelling))
      return 'The fee is above CHAIN_MAX_FEE_GWEI';
    if (isCancelling) return null;
    if (transaction.to?.toLowerCase() !== contract) return `The transaction calls another contract: ${transaction.to}`;
    if (withdrawal.amount > maxAmount) return `The amount is above the limit of ${maxAmount} TeoCoins`;
    const transfer = token().encodeFunctionData('transfer', [withdrawal.address, unitsOf(withdrawal.amount)]);
    return transaction.data === transfer ? null : 'The transaction has another recipient or amount than the withdrawal';
  }
}

const isCancellation = ({ to, data }: Transaction, treasury: string): boolean =>
  to?.toLowerCase() === treasury && data === '0x';
