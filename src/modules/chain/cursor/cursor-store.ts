import { Injectable } from '@nestjs/common';
import { bool, int, type Row } from '../../../platform/database/columns';
import { Database } from '../../../platform/database/database';
import { columnsOf } from '../../../platform/database/entity-columns';
import { insertEntities } from '../../../platform/database/insert-rows';
import { errorLine } from '../../../platform/errors/loggable-error';
import { Leases, type HeldLease } from '../../../platform/jobs/leases';
import { Clock } from '../../../platform/time/clock';
import { ChainUnavailable } from '../chain.errors';
import { Halts } from '../decisions/halts';
import { FinalBlockGone, type Opening } from '../nodes/chain-observer';
import type { ChainView } from '../nodes/chain-view';
import { ChainConfig } from '../settings/chain-settings';
import { Block } from './block.entity';
import { ChainCursor } from './chain-cursor.entity';
import { HotWallet } from './hot-wallet.entity';

const blockColumns = columnsOf(Block);
const cursorColumns = columnsOf(ChainCursor).without(
  'openingNumber',
  'openingUnits',
  'headNumber',
  'headHash',
  'observedAt',
);
const nonces = columnsOf(HotWallet, ['nextNonce', 'headNonce', 'finalNonce']);
const cursorShape = {
  ...cursorColumns.shape,
  ...nonces.shape,
  walletId: int,
  isHalted: bool,
  hasCancelled: bool,
};
/** The cursor and its hot wallet. */
export type CursorState = Row<typeof cursorShape>;

/** The number of polls in a row that must miss the final block before the wallet is halted, because one poll may have met a faulty node. */
const minPollsBeforeHalt = 3;
/** The beginning of `last_fault` after a poll that missed the final block. */
const finalBlockGonePrefix = 'The final block is gone';

/** The database follows another contract or treasury than the configuration names. */
class AnotherChain extends Error {
  override name = 'AnotherChain';
}

/** Reads and writes the cursor, the headers after it and the nonce counts of the hot wallet. */
@Injectable()
export class CursorStore {
  constructor(
    private readonly database: Database,
    private readonly leases: Leases,
    private readonly chain: ChainConfig,
    private readonly halts: Halts,
    private readonly clock: Clock,
  ) {}

  /** Null before the first poll. @throws AnotherChain */
  async find(treasury: string): Promise<CursorState | null> {
    const sql = `SELECT ${cursorColumns.columns('cursor')}, wallet.id AS "walletId", ${nonces.columns('wallet')},
        wallet.halted_at IS NOT NULL AS "isHalted",
        EXISTS (SELECT 1 FROM rewards_withdrawal WHERE state = 'reserved' AND cancelling) AS "hasCancelled"
      FROM rewards_chain_cursor cursor JOIN rewards_hot_wallet wallet ON wallet.address = cursor.treasury`;
    const cursor = await this.database.row(cursorShape, sql);
    if (cursor) this.requireConfigured(cursor, treasury);
    return cursor ?? null;
  }

  private requireConfigured({ chainId, contract, treasury }: CursorState, configuredTreasury: string): void {
    const { settings } = this.chain;
    const isSameContract = chainId === settings.chainId && contract === settings.contract;
    if (isSameContract && treasury === configuredTreasury) return;
    throw new AnotherChain(
      `This database follows chain ${chainId}, contract ${contract}, treasury ${treasury}. The settings name chain ` +
        `${settings.chainId}, contract ${settings.contract}, treasury ${configuredTreasury}. Restore the settings (docs/operations/chain.md, "Another key")`,
    );
  }

  /** Writes the cursor and the hot wallet after the first poll. From this block on the school records the chain. */
  async create(lease: HeldLease, treasury: string, opening: Opening): Promise<void> {
    const { chainId, contract } = this.chain.settings;
    const { final, headNonce, finalNonce } = opening;
    const [treasuryUnits, supplyUnits] = [String(opening.treasuryUnits), String(opening.supplyUnits)];
    const walletSql = `INSERT INTO rewards_hot_wallet (address, first_nonce, next_nonce, head_nonce, final_nonce)
      VALUES ($1, $2, $2, $2, $3)`;
    const cursorSql = `INSERT INTO rewards_chain_cursor (chain_id, contract, treasury, opening_number, opening_units,
        final_number, final_hash, treasury_units, supply_units, head_number, head_hash, observed_at)
      VALUES ($1, $2, $3, $4, $5, $4, $6, $5, $7, $4, $6, $8)`;
    const cursorValues = [chainId, contract, treasury, final.number, treasuryUnits, final.hash, supplyUnits];
    await this.database.transaction(async () => {
      await this.leases.fence(lease);
      await this.database.run(walletSql, [treasury, headNonce, finalNonce]);
      await this.database.run(cursorSql, [...cursorValues, this.clock.now()]);
    });
  }

  /** Stores what a poll has read. A view that was read before another poll was stored is refused, so that the final block never goes back. */
  async advance({ walletId, finalNumber, finalHash }: CursorState, view: ChainView): Promise<void> {
    const { final, head } = view;
    const sql = `UPDATE rewards_chain_cursor SET final_number = $2, final_hash = $3, treasury_units = $4, supply_units = $5,
        head_number = $6, head_hash = $7, observed_at = $8, faults = 0, last_fault = ''
      WHERE chain_id = $1 AND final_number = $9 AND final_hash = $10`;
    const finalValues = [final.number, final.hash, String(view.treasuryUnits), String(view.supplyUnits)];
    const headValues = [head.number, head.hash, this.clock.now()];
    const values = [this.chain.settings.chainId, ...finalValues, ...headValues, finalNumber, finalHash];
    const advancedCount = await this.database.run(sql, values);
    if (advancedCount === 0)
      throw new Error(
        `The final block is no longer ${finalNumber}, because another process settled the chain during this poll`,
      );
    const noncesSql = 'UPDATE rewards_hot_wallet SET head_nonce = $2, final_nonce = $3 WHERE id = $1';
    await this.database.run(noncesSql, [walletId, view.headNonce, view.finalNonce]);
    await this.saveHeaders(view);
  }

  /** Records a failed poll. If all nodes miss the final block in several polls in a row, the wallet is halted, because this is no temporary fault. */
  async recordFault(lease: HeldLease, cursor: CursorState, error: unknown): Promise<void> {
    const cause = error instanceof ChainUnavailable ? error.cause : error;
    const isGone =
      cause instanceof AggregateError && cause.errors.every((nodeError) => nodeError instanceof FinalBlockGone);
    const wasGone = cursor.lastFault.startsWith(finalBlockGonePrefix);
    // A poll with the other kind of fault restarts the count, because a node that does not respond says nothing about the final block.
    const faultCount = isGone === wasGone ? cursor.faults + 1 : 1;
    const line = errorLine(cause);
    const message = (isGone ? `${finalBlockGonePrefix}: ${line}` : line).slice(0, 1_000);
    const sql = 'UPDATE rewards_chain_cursor SET faults = $2, last_fault = $3 WHERE chain_id = $1';
    await this.database.transaction(async () => {
      await this.leases.fence(lease);
      await this.database.run(sql, [this.chain.settings.chainId, faultCount, message]);
      if (!isGone || faultCount < minPollsBeforeHalt) return;
      const reason = `Block ${cursor.finalNumber} was settled as final and is no longer on the chain`;
      await this.halts.haltHotWallet(cursor.walletId, reason);
    });
  }

  private async saveHeaders({ final, headers }: ChainView): Promise<void> {
    const headNumber = headers.at(-1)?.number ?? final.number;
    await this.database.run('DELETE FROM rewards_block WHERE number <= $1 OR number > $2', [final.number, headNumber]);
    const onConflictSql = `ON CONFLICT (number) DO UPDATE SET hash = excluded.hash, parent_hash = excluded.parent_hash
      WHERE rewards_block.hash <> excluded.hash`;
    await insertEntities(this.database, blockColumns, headers, onConflictSql);
  }
}
