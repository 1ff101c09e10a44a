import { Injectable } from '@nestjs/common';
import type { HeldLease } from '../../../platform/jobs/leases';
import { ChainObserver } from '../nodes/chain-observer';
import type { ChainView } from '../nodes/chain-view';
import { TreasuryKey } from '../sending/treasury-key';
import { CursorStore, type CursorState } from '../cursor/cursor-store';
import { SettledChain } from './settled-chain.query';
import { Settlement, type SettlementReport } from './settlement';

/** Goes on from the last settled block: looks, and settles what was seen. */
@Injectable()
export class ChainFollower {
  constructor(
    private readonly key: TreasuryKey,
    private readonly observer: ChainObserver,
    private readonly marks: CursorStore,
    private readonly settledChain: SettledChain,
    private readonly settlement: Settlement,
  ) {}

  /** @throws ChainUnavailable: nothing was seen that can be believed, and nothing was settled */
  async follow(lease: HeldLease): Promise<{ view: ChainView; settled: SettlementReport }> {
    const marks = (await this.read()) ?? (await this.open(lease));
    const view = await this.look(lease, marks);
    return { view, settled: await this.settlement.settle(lease, marks, view) };
  }

  /** As they are now. */
  async now(): Promise<CursorState> {
    return (await this.read()) as CursorState;
  }

  private async read(): Promise<CursorState | null> {
    return this.marks.read(await this.key.treasury());
  }

  private async open(lease: HeldLease): Promise<CursorState> {
    const treasury = await this.key.treasury();
    await this.marks.open(lease, treasury, await this.observer.opening(treasury));
    return this.now();
  }

  private async look(lease: HeldLease, marks: CursorState): Promise<ChainView> {
    try {
      return await this.observer.look(await this.settledChain.at(marks));
    } catch (error) {
      await this.marks.fault(lease, marks, error);
      throw error;
    }
  }
}
