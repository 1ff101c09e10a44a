import { Injectable } from '@nestjs/common';
import { Database } from '../../../../platform/database/database';
import { Chain } from '../chain';
import { Halts } from '../halts';
import { Liabilities } from '../liabilities.query';
import type { ChainView } from '../nodes/chain-view';
import { unitsOf } from '../token';
import type { Marks } from './chain-marks';

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
  async review(marks: Marks, view: ChainView): Promise<void> {
    if (view.headNonce > marks.nextNonce)
      await this.halts.hotWallet(
        marks.walletId,
        `the chain has consumed nonce ${view.headNonce - 1}, ours end at ${marks.nextNonce - 1}`,
      );
    if (view.final.number > marks.finalNumber) await this.fund(marks, view);
  }

  /** Funding it is all the mending there is: payments are begun again by themselves. */
  private async fund({ underfunded }: Marks, { treasuryUnits }: ChainView): Promise<void> {
    const { balances, inFlight } = await this.liabilities.now();
    const isShort = treasuryUnits < unitsOf(balances + inFlight);
    if (isShort === underfunded) return;
    await this.database.run('UPDATE rewards_chain_cursor SET underfunded = $2 WHERE chain_id = $1', [
      this.chain.settings.chainId,
      isShort,
    ]);
    if (isShort) await this.halts.tell('withdrawals', 'the treasury holds less than people could withdraw');
  }
}
