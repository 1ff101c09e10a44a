import { Injectable } from '@nestjs/common';
import { int } from '../../../platform/database/columns';
import { Database } from '../../../platform/database/database';
import { Chain } from '../settings/chain-settings';
import { Halts } from '../decisions/halts';
import { Liabilities } from '../supply/liabilities.query';
import type { ChainView } from '../nodes/chain-view';
import { unitsOf } from '../settings/token';
import type { CursorState } from '../cursor/cursor-store';

/** Whether the treasury can pay all it owes, and whether its nonces are ours alone. */
@Injectable()
export class Solvency {
  constructor(
    private readonly database: Database,
    private readonly chain: Chain,
    private readonly liabilities: Liabilities,
    private readonly halts: Halts,
  ) {}

  /** After the settlement of a look, in its transaction. */
  async review(marks: CursorState, view: ChainView): Promise<void> {
    if (Math.max(view.headNonce, view.pendingNonce) > marks.nextNonce) await this.haltBeyond(marks, view);
    if (view.final.number > marks.finalNumber) await this.fund(marks, view);
  }

  /** The count of now: a resumption may have raised it since the look began. The settlement holds the wallet already. */
  private async haltBeyond({ walletId }: CursorState, { headNonce, pendingNonce }: ChainView): Promise<void> {
    const sql = `SELECT next_nonce AS "nextNonce" FROM rewards_hot_wallet WHERE id = $1${this.database.dialect.forUpdate()}`;
    const { nextNonce } = (await this.database.row({ nextNonce: int }, sql, [walletId])) as { nextNonce: number };
    const ours = `ours end at ${nextNonce - 1}`;
    if (headNonce > nextNonce)
      await this.halts.hotWallet(walletId, `the chain has consumed nonce ${headNonce - 1}, ${ours}`);
    else if (pendingNonce > nextNonce)
      await this.halts.hotWallet(walletId, `nonce ${pendingNonce - 1} waits to be mined, ${ours}`);
  }

  /** Told once. What is asked for goes on being paid as far as the treasury reaches; funding it is all the mending there is. */
  private async fund({ underfunded }: CursorState, { treasuryUnits }: ChainView): Promise<void> {
    const { balances, inFlight } = await this.liabilities.now();
    const isShort = treasuryUnits < unitsOf(balances + inFlight);
    if (isShort === underfunded) return;
    await this.database.run('UPDATE rewards_chain_cursor SET underfunded = $2 WHERE chain_id = $1', [
      this.chain.settings.chainId,
      isShort,
    ]);
    if (isShort) await this.halts.tell('what the treasury does not cover', 'It holds less than people could withdraw');
  }
}
