import { Injectable } from '@nestjs/common';
import { int } from '../../../platform/database/columns';
import { Database } from '../../../platform/database/database';
import { isOneOf } from '../../../platform/database/entity';
import type { CursorState } from '../cursor/cursor-store';
import { Halts } from '../decisions/halts';
import type { ChainView } from '../nodes/chain-view';
import { ChainConfig } from '../settings/chain-settings';
import { unitsOf } from '../settings/token';
import { openStates } from '../withdrawals/withdrawal.entity';

/** Checks that the treasury holds at least what the school owes, and that nobody else sends transactions from its hot wallet. */
@Injectable()
export class Solvency {
  constructor(
    private readonly database: Database,
    private readonly chain: ChainConfig,
    private readonly halts: Halts,
  ) {}

  /** Call this at the end of the transaction that stores the result of a poll. */
  async check(cursor: CursorState, view: ChainView): Promise<void> {
    const isAhead = Math.max(view.headNonce, view.pendingNonce) > cursor.nextNonce;
    if (isAhead) await this.haltIfAhead(cursor, view);
    if (view.final.number > cursor.finalNumber) await this.updateUnderfunded(cursor, view);
  }

  /** Reads the nonce count again, because an administrator may have resumed the wallet with a higher count since the poll began. */
  private async haltIfAhead({ walletId }: CursorState, { headNonce, pendingNonce }: ChainView): Promise<void> {
    const sql = `SELECT next_nonce AS "nextNonce" FROM rewards_hot_wallet WHERE id = $1${this.database.dialect.forUpdate()}`;
    const { nextNonce } = (await this.database.row({ nextNonce: int }, sql, [walletId]))!;
    const assignedText = `but this school has assigned nonces up to ${nextNonce - 1} only`;
    if (headNonce > nextNonce)
      await this.halts.haltHotWallet(walletId, `The chain has used nonce ${headNonce - 1}, ${assignedText}`);
    else if (pendingNonce > nextNonce)
      await this.halts.haltHotWallet(walletId, `Nonce ${pendingNonce - 1} is in the pool of a node, ${assignedText}`);
  }

  /** Notifies the administrators once when the treasury becomes too small. Withdrawals are still paid in order while its coins last. */
  private async updateUnderfunded({ underfunded }: CursorState, { treasuryUnits }: ChainView): Promise<void> {
    const owedCoins = await this.sumOwedCoins();
    const isUnderfunded = treasuryUnits < unitsOf(owedCoins);
    if (isUnderfunded === underfunded) return;
    const sql = 'UPDATE rewards_chain_cursor SET underfunded = $2 WHERE chain_id = $1';
    await this.database.run(sql, [this.chain.settings.chainId, isUnderfunded]);
    const reason = `The treasury holds less than the ${owedCoins} TeoCoins that the school owes. Mint coins to it`;
    if (isUnderfunded) await this.halts.notifyAdministrators('withdrawals that the treasury does not cover', reason);
  }

  /** The balances of all people and the open withdrawals, in whole TeoCoins. */
  private async sumOwedCoins(): Promise<number> {
    const sql = `SELECT (SELECT COALESCE(sum(teo_coins), 0) FROM users_user) AS balances,
      (SELECT COALESCE(sum(amount), 0) FROM rewards_withdrawal WHERE ${isOneOf('state', openStates)}) AS "inFlight"`;
    const { balances, inFlight } = (await this.database.row({ balances: int, inFlight: int }, sql))!;
    return balances + inFlight;
  }
}
