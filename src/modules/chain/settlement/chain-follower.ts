import { Injectable } from '@nestjs/common';
import { int, text, textOf } from '../../../platform/database/columns';
import { Database } from '../../../platform/database/database';
import type { HeldLease } from '../../../platform/jobs/leases';
import { CursorStore, type CursorState } from '../cursor/cursor-store';
import type { AttemptKind } from '../nodes/attempt-kind';
import { ChainObserver } from '../nodes/chain-observer';
import type { ChainView } from '../nodes/chain-view';
import type { SettledState, SignedNonce } from '../nodes/settled-state';
import { TreasuryKey } from '../sending/treasury-key';
import { Settlement, type SettlementReport } from './settlement';

/** Reads the chain after the last settled block, and stores the result. */
@Injectable()
export class ChainFollower {
  constructor(
    private readonly database: Database,
    private readonly key: TreasuryKey,
    private readonly observer: ChainObserver,
    private readonly cursors: CursorStore,
    private readonly settlement: Settlement,
  ) {}

  /** @throws ChainUnavailable if no node can be trusted; then nothing is settled */
  async poll(lease: HeldLease): Promise<{ view: ChainView; settled: SettlementReport }> {
    const cursor = (await this.findCursor()) ?? (await this.createCursor(lease));
    const view = await this.readChain(lease, cursor);
    return { view, settled: await this.settlement.settle(lease, cursor, view) };
  }

  async getCursor(): Promise<CursorState> {
    return (await this.findCursor())!;
  }

  private async findCursor(): Promise<CursorState | null> {
    const treasury = await this.key.getTreasury();
    return this.cursors.find(treasury);
  }

  private async createCursor(lease: HeldLease): Promise<CursorState> {
    const treasury = await this.key.getTreasury();
    const opening = await this.observer.readOpening(treasury);
    await this.cursors.create(lease, treasury, opening);
    return this.getCursor();
  }

  private async readChain(lease: HeldLease, cursor: CursorState): Promise<ChainView> {
    try {
      const settled = await this.readSettledState(cursor);
      return await this.observer.read(settled);
    } catch (error) {
      await this.cursors.recordFault(lease, cursor, error);
      throw error;
    }
  }

  private async readSettledState(cursor: CursorState): Promise<SettledState> {
    const { finalNumber, finalHash, treasury, finalNonce } = cursor;
    const sql = 'SELECT number, hash, parent_hash AS "parentHash" FROM rewards_block WHERE number > $1 ORDER BY number';
    const headers = await this.database.rows({ number: int, hash: text, parentHash: text }, sql, [finalNumber]);
    return {
      final: { number: finalNumber, hash: finalHash },
      treasury,
      treasuryUnits: BigInt(cursor.treasuryUnits),
      supplyUnits: BigInt(cursor.supplyUnits),
      finalNonce,
      headers,
      listSigned: () => this.listSigned(cursor),
    };
  }

  /** Withdrawals that have ended are left out, because their nonces were explained when they ended. */
  private listSigned({ walletId, finalNonce }: CursorState): Promise<SignedNonce[]> {
    const shape = { nonce: int, kind: textOf<AttemptKind>(), txHash: text };
    const sql = `SELECT w.nonce, a.kind, a.tx_hash AS "txHash"
      FROM rewards_withdrawal w JOIN rewards_withdrawal_attempt a ON a.withdrawal_id = w.id
      WHERE w.hot_wallet_id = $1 AND w.nonce >= $2 AND w.state NOT IN ('confirmed', 'refunded') ORDER BY a.id DESC`;
    return this.database.rows(shape, sql, [walletId, finalNonce]);
  }
}
