import { Injectable } from '@nestjs/common';
import type { Transaction } from 'ethers';
import { bool, int, text, textOf, type Row } from '../../../platform/database/columns';
import { Database } from '../../../platform/database/database';
import { Clock } from '../../../platform/time/clock';
import { Chain } from '../settings/chain-settings';
import { token, unitsOf } from '../settings/token';
import { isWithheldSql } from '../withdrawals/payment-conditions';
import { maxAmount } from '../withdrawals/withdrawal-limits';
import { openStates, type WithdrawalState } from '../withdrawals/withdrawal.entity';
import { largestFee } from './fees';
import { TreasuryKey } from './treasury-key';

/** The signer does not sign what it was given: whoever asked is wrong, or somebody else. */
export class SigningRefused extends Error {
  override name = 'SigningRefused';
}

const dayMs = 86_400_000;
const order = { amount: int, address: text, nonce: int, state: textOf<WithdrawalState>(), isWithheld: bool };

/** The last look before the key: it believes the transaction and the books, not its caller. */
@Injectable()
export class Signer {
  constructor(
    private readonly database: Database,
    private readonly chain: Chain,
    private readonly key: TreasuryKey,
    private readonly clock: Clock,
  ) {}

  /**
   * Signs the payment, or the cancellation, of a withdrawal; gives the raw transaction and its hash.
   * @throws SigningRefused
   */
  async sign(transaction: Transaction, withdrawalId: number): Promise<{ raw: string; txHash: string }> {
    const holder = await this.key.holder();
    if (!holder) throw new SigningRefused('this process holds no key');
    await this.review(transaction, withdrawalId, holder.address.toLowerCase());
    transaction.signature = await holder.signDigest(transaction.unsignedHash).catch((cause: unknown) => {
      // Somebody else's service is down: what was signed before still has to be sent.
      throw new SigningRefused('who holds the key does not sign', { cause });
    });
    if (transaction.from?.toLowerCase() !== holder.address.toLowerCase())
      throw new SigningRefused('the signature is not of the treasury');
    return { raw: transaction.serialized, txHash: transaction.hash as string };
  }

  /** TeoCoins that may still be promised within these 24 hours: what has a nonce counts like what is signed. */
  async remaining(): Promise<number> {
    return this.chain.settings.dailyCap - (await this.spoken(0, "state = 'signing' OR"));
  }

  /** What was signed for within 24 hours, this withdrawal left out. */
  private async spoken(withdrawalId: number, also = ''): Promise<number> {
    const since = new Date(this.clock.now().getTime() - dayMs);
    const signed = await this.database.row(
      { total: int },
      `SELECT COALESCE(sum(amount), 0) AS total FROM rewards_withdrawal WHERE id <> $2 AND (${also} state <> 'refunded' AND id IN (
         SELECT withdrawal_id FROM rewards_withdrawal_attempt WHERE kind = 'payment' AND signed_at > $1))`,
      [since, withdrawalId],
    );
    return signed?.total ?? 0;
  }

  private async review(transaction: Transaction, withdrawalId: number, treasury: string): Promise<void> {
    const wanted = await this.database.row(
      order,
      `SELECT amount, address, nonce, state, ${isWithheldSql('w')} AS "isWithheld" FROM rewards_withdrawal w
       WHERE id = $1 AND nonce IS NOT NULL`,
      [withdrawalId],
    );
    if (!wanted || !(openStates as readonly string[]).includes(wanted.state))
      throw new SigningRefused('no open withdrawal with a nonce asks for it');
    const fault = this.faultOf(transaction, wanted, treasury);
    if (fault) throw new SigningRefused(fault);
    if (isCancellation(transaction, treasury)) return;
    // What was signed before goes on as the protocol demands: another fee pays nobody more.
    if (wanted.state === 'signing' && wanted.isWithheld) throw new SigningRefused('the account is closed');
    if (wanted.amount + (await this.spoken(withdrawalId)) > this.chain.settings.dailyCap)
      throw new SigningRefused('the cap of 24 hours is reached');
  }

  private faultOf(transaction: Transaction, wanted: Row<typeof order>, treasury: string): string | null {
    const { contract, chainId, maxFee } = this.chain.settings;
    if (Number(transaction.chainId) !== chainId) return 'another chain';
    if (transaction.nonce !== wanted.nonce) return 'another nonce';
    if (transaction.value !== 0n) return 'it sends money of the chain';
    const isCancelling = isCancellation(transaction, treasury);
    if ((transaction.maxFeePerGas ?? 0n) > largestFee(maxFee, isCancelling)) return 'the fee is above the largest';
    if (isCancelling) return null;
    if (transaction.to?.toLowerCase() !== contract) return 'another contract';
    if (wanted.amount > maxAmount) return 'more than a withdrawal may be';
    const transfer = token.encodeFunctionData('transfer', [wanted.address, unitsOf(wanted.amount)]);
    return transaction.data === transfer ? null : 'another recipient or amount';
  }
}

const isCancellation = ({ to, data }: Transaction, treasury: string): boolean =>
  to?.toLowerCase() === treasury && data === '0x';
