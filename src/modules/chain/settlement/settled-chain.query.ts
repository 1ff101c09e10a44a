import { Injectable } from '@nestjs/common';
import { int, text, textOf } from '../../../platform/database/columns';
import { Database } from '../../../platform/database/database';
import type { SettledState } from '../nodes/settled-state';
import type { AttemptKind } from '../nodes/attempt-kind';
import type { CursorState } from '../cursor/cursor-store';

/** What the next look has to fit. */
@Injectable()
export class SettledChain {
  constructor(private readonly database: Database) {}

  async at(marks: CursorState): Promise<SettledState> {
    const { finalNumber: number, finalHash: hash, treasury, finalNonce } = marks;
    const headers = await this.database.rows(
      { number: int, hash: text, parentHash: text },
      'SELECT number, hash, parent_hash AS "parentHash" FROM rewards_block WHERE number > $1 ORDER BY number',
      [number],
    );
    const signed = () => this.signed(marks);
    const [treasuryUnits, supplyUnits] = [BigInt(marks.treasuryUnits), BigInt(marks.supplyUnits)];
    return { final: { number, hash }, treasury, treasuryUnits, supplyUnits, finalNonce, headers, signed };
  }

  /** What has ended was explained when it ended, whatever count was believed then. */
  private signed({ walletId, finalNonce }: CursorState) {
    return this.database.rows(
      { nonce: int, kind: textOf<AttemptKind>(), txHash: text },
      `SELECT w.nonce, a.kind, a.tx_hash AS "txHash"
       FROM rewards_withdrawal w JOIN rewards_withdrawal_attempt a ON a.withdrawal_id = w.id
       WHERE w.hot_wallet_id = $1 AND w.nonce >= $2 AND w.state NOT IN ('confirmed', 'refunded') ORDER BY a.id DESC`,
      [walletId, finalNonce],
    );
  }
}
