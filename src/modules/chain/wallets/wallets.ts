import { Injectable } from '@nestjs/common';
import { text, type Row } from '../../../platform/database/columns';
import { Database } from '../../../platform/database/database';
import { columnsOf } from '../../../platform/database/entity-columns';
import { Clock } from '../../../platform/time/clock';
import { Ledger } from '../../rewards';
import { DepositClaims } from '../deposits/deposit-claims';
import { ChainConfig } from '../settings/chain-settings';
import { WalletChallenges, type SignedMessage } from './wallet-challenges';
import { TooManyWallets, WalletAlreadyLinked, WalletNotFound } from './wallets.errors';
import { Wallet } from './wallet.entity';

/** The maximum number of linked wallets of one person. */
const maxWalletCount = 5;

const walletColumns = columnsOf(Wallet, ['id', 'address', 'linkedAt']);
const { shape } = walletColumns;
export interface LinkedWallet extends Row<typeof shape> {
  /** The end of the cool-down. The cool-down exists so that a thief of a session cannot withdraw the coins at once. */
  withdrawableAt: Date;
}

/** Links and unlinks the wallets of people. */
@Injectable()
export class Wallets {
  constructor(
    private readonly database: Database,
    private readonly ledger: Ledger,
    private readonly chain: ChainConfig,
    private readonly challenges: WalletChallenges,
    private readonly claims: DepositClaims,
    private readonly clock: Clock,
  ) {}

  /**
   * Links the wallet that has signed the message, and credits the deposits that it sent before.
   * @throws the errors of WalletChallenges.verify and accept, TooManyWallets, WalletAlreadyLinked
   */
  async link(userId: number, signed: SignedMessage): Promise<LinkedWallet> {
    const message = await this.challenges.verify(signed);
    return this.database.transaction(async () => {
      // Without the lock, concurrent requests of a person would count too few wallets.
      this.ledger.lock([userId]);
      const address = await this.challenges.accept(userId, message);
      const linked = await this.list(userId);
      if (linked.length >= maxWalletCount) throw new TooManyWallets(maxWalletCount);
      const wallet = await this.insert(userId, address);
      await this.claims.claim(userId, address);
      return wallet;
    });
  }

  /** If the wallet is linked again, a new cool-down begins. @throws WalletNotFound */
  async unlink(userId: number, id: number): Promise<void> {
    const sql = `UPDATE rewards_wallet SET unlinked_at = $3 WHERE id = $1 AND user_id = $2 AND unlinked_at IS NULL
      RETURNING address`;
    return this.database.transaction(async () => {
      const unlinked = await this.database.row({ address: text }, sql, [id, userId, this.clock.now()]);
      if (!unlinked) throw new WalletNotFound();
      await this.claims.release(unlinked.address);
    });
  }

  /** Unlinks all wallets of a person. */
  async unlinkAll(userId: number): Promise<void> {
    for (const { id } of await this.listLinked(userId)) await this.unlink(userId, id);
  }

  /** Newest first. */
  async list(userId: number): Promise<LinkedWallet[]> {
    return (await this.listLinked(userId)).map((row) => this.withCooldown(row));
  }

  /** Like `list`, but without the cool-down, so that it needs no settings of a chain. */
  listLinked(userId: number): Promise<Row<typeof shape>[]> {
    const sql = `SELECT ${walletColumns.columns()} FROM rewards_wallet
      WHERE user_id = $1 AND unlinked_at IS NULL ORDER BY id DESC`;
    return this.database.rows(shape, sql, [userId]);
  }

  private async insert(userId: number, address: string): Promise<LinkedWallet> {
    const sql = `INSERT INTO rewards_wallet (user_id, address, linked_at) VALUES ($1, $2, $3)
      ON CONFLICT (address) WHERE unlinked_at IS NULL DO NOTHING RETURNING ${walletColumns.columns()}`;
    const inserted = await this.database.row(shape, sql, [userId, address, this.clock.now()]);
    if (!inserted) throw new WalletAlreadyLinked();
    return this.withCooldown(inserted);
  }

  private withCooldown(row: Row<typeof shape>): LinkedWallet {
    const { walletCooldownMs } = this.chain.settings;
    return { ...row, withdrawableAt: new Date(row.linkedAt.getTime() + walletCooldownMs) };
  }
}
