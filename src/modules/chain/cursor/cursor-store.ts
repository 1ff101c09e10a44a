import { Injectable } from '@nestjs/common';
import { bool, int, nullable, text, type Row } from '../../../platform/database/columns';
import { Database } from '../../../platform/database/database';
import { insertRows } from '../../../platform/database/insert-rows';
import { errorLine } from '../../../platform/errors/loggable-error';
import { Leases, type HeldLease } from '../../../platform/jobs/leases';
import { Clock } from '../../../platform/time/clock';
import { Chain } from '../settings/chain-settings';
import { ChainUnavailable } from '../chain.errors';
import { Halts } from '../decisions/halts';
import { FinalBlockGone, type Opening } from '../nodes/chain-observer';
import type { ChainView } from '../nodes/chain-view';

const cursorShape = {
  chainId: int,
  contract: text,
  treasury: text,
  finalNumber: int,
  finalHash: text,
  treasuryUnits: text,
  supplyUnits: text,
  underfunded: bool,
  waitsFrom: nullable(int),
  waitsFor: text,
  faults: int,
  lastFault: text,
  walletId: int,
  nextNonce: int,
  headNonce: int,
  finalNonce: int,
  isHalted: bool,
  hasCancelled: bool,
};
/** How far we are, and the hot wallet that goes with it. */
export type CursorState = Row<typeof cursorShape>;

const minPollsToBelieve = 3;
/** How such a fault is remembered. */
const blockGone = 'The final block is gone';

/** The chain was followed with another contract or treasury: its books would not be those of this one. */
export class AnotherChain extends Error {
  override name = 'AnotherChain';
}

/** The cursor, the headers after it and the count of nonces, as they were settled last. */
@Injectable()
export class CursorStore {
  constructor(
    private readonly database: Database,
    private readonly leases: Leases,
    private readonly chain: Chain,
    private readonly halts: Halts,
    private readonly clock: Clock,
  ) {}

  /** Null before the first look. @throws AnotherChain */
  async read(treasury: string): Promise<CursorState | null> {
    const marks = await this.database.row(
      cursorShape,
      `SELECT c.chain_id AS "chainId", c.contract, c.treasury, c.final_number AS "finalNumber", c.final_hash AS "finalHash",
         c.treasury_units AS "treasuryUnits", c.supply_units AS "supplyUnits", c.underfunded, c.faults,
         c.last_fault AS "lastFault", c.waits_from AS "waitsFrom", c.waits_for AS "waitsFor",
         w.id AS "walletId", w.next_nonce AS "nextNonce", w.head_nonce AS "headNonce", w.final_nonce AS "finalNonce",
         w.halted_at IS NOT NULL AS "isHalted", EXISTS (SELECT 1 FROM rewards_withdrawal q
           WHERE q.state = 'reserved' AND q.cancelling) AS "hasCancelled"
       FROM rewards_chain_cursor c JOIN rewards_hot_wallet w ON w.address = c.treasury`,
    );
    if (marks) this.requireSame(marks, treasury);
    return marks ?? null;
  }

  private requireSame({ chainId, contract, treasury }: CursorState, ours: string): void {
    const { chainId: chain, contract: coin } = this.chain.settings;
    if (chainId === chain && contract === coin && treasury === ours) return;
    throw new AnotherChain(`This database follows chain ${chainId}, contract ${contract}, treasury ${treasury}`);
  }

  /** The first look: from this block on the books of the chain are ours. */
  async open(lease: HeldLease, treasury: string, { final, units, supply, nonce, finalNonce }: Opening): Promise<void> {
    const { chainId, contract } = this.chain.settings;
    await this.database.transaction(async () => {
      await this.leases.fence(lease);
      await this.database.run(
        `INSERT INTO rewards_hot_wallet (address, first_nonce, next_nonce, head_nonce, final_nonce)
         VALUES ($1, $2, $2, $2, $3)`,
        [treasury, nonce, finalNonce],
      );
      await this.database.run(
        `INSERT INTO rewards_chain_cursor (chain_id, contract, treasury, opening_number, opening_units, final_number,
           final_hash, treasury_units, supply_units, head_number, head_hash, observed_at)
         VALUES ($1, $2, $3, $4, $5, $4, $6, $5, $7, $4, $6, $8)`,
        [chainId, contract, treasury, final.number, String(units), final.hash, String(supply), this.clock.now()],
      );
    });
  }

  /** The final mark never goes back: a view from before the last one is refused by its own condition. */
  async move(marks: CursorState, view: ChainView): Promise<void> {
    const { final, head } = view;
    const moved = await this.database.run(
      `UPDATE rewards_chain_cursor SET final_number = $2, final_hash = $3, treasury_units = $4, supply_units = $5,
         head_number = $6, head_hash = $7, observed_at = $8, faults = 0, last_fault = ''
       WHERE chain_id = $1 AND final_number = $9 AND final_hash = $10`,
      [
        ...[
          this.chain.settings.chainId,
          final.number,
          final.hash,
          String(view.treasuryUnits),
          String(view.supplyUnits),
        ],
        ...[head.number, head.hash, this.clock.now(), marks.finalNumber, marks.finalHash],
      ],
    );
    if (moved === 0) throw new Error('The final mark moved while the chain was looked at');
    await this.database.run('UPDATE rewards_hot_wallet SET head_nonce = $2, final_nonce = $3 WHERE id = $1', [
      marks.walletId,
      view.headNonce,
      view.finalNonce,
    ]);
    await this.keepHeaders(view);
  }

  /** A look that could not be settled. That all nodes miss the final block, look after look, is no passing fault of them. */
  async fault(
    lease: HeldLease,
    { walletId, finalNumber, faults, lastFault }: CursorState,
    error: unknown,
  ): Promise<void> {
    const cause = error instanceof ChainUnavailable ? error.cause : error;
    const isGone = cause instanceof AggregateError && cause.errors.every((one) => one instanceof FinalBlockGone);
    // Faults of two kinds are not counted together: silence says nothing about the final block.
    const inARow = isGone === lastFault.startsWith(blockGone) ? faults + 1 : 1;
    const said = `${isGone ? `${blockGone}: ` : ''}${errorLine(cause)}`.slice(0, 1_000);
    await this.database.transaction(async () => {
      await this.leases.fence(lease);
      await this.database.run('UPDATE rewards_chain_cursor SET faults = $2, last_fault = $3 WHERE chain_id = $1', [
        ...[this.chain.settings.chainId, inARow, said],
      ]);
      if (isGone && inARow >= minPollsToBelieve)
        await this.halts.hotWallet(walletId, `the chain no longer has block ${finalNumber} as it was settled`);
    });
  }

  private async keepHeaders({ final, headers }: ChainView): Promise<void> {
    const last = headers.at(-1)?.number ?? final.number;
    await this.database.run('DELETE FROM rewards_block WHERE number <= $1 OR number > $2', [final.number, last]);
    const rows = headers.map(({ number, hash, parentHash }) => [number, hash, parentHash]);
    if (rows.length > 0)
      await insertRows(
        this.database,
        'rewards_block',
        ['number', 'hash', 'parent_hash'],
        rows,
        `ON CONFLICT (number) DO UPDATE SET hash = excluded.hash, parent_hash = excluded.parent_hash
         WHERE rewards_block.hash <> excluded.hash`,
      );
  }
}
