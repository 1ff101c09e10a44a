import { Injectable } from '@nestjs/common';
import { instant, int, text, type Row } from '../../../platform/database/columns';
import { Database } from '../../../platform/database/database';
import { Clock } from '../../../platform/time/clock';
import { Ledger } from '../../rewards';
import { Chain } from '../settings/chain-settings';
import { DepositClaims } from '../deposits/deposit-claims';
import { SignedMessages, type SignedMessage } from './signed-messages';
import { TooManyWallets, WalletAlreadyLinked, WalletNotFound } from './wallets.errors';

/** Of one person at a time. */
export const maxWallets = 5;

const shape = { id: int, address: text, linkedAt: instant };
export interface LinkedWallet extends Row<typeof shape> {
  /** The end of its cool-down: who steals a session cannot take the coins at once. */
  withdrawableFrom: Date;
}

/** The wallets that people have shown to be theirs. */
@Injectable()
export class Wallets {
  constructor(
    private readonly database: Database,
    private readonly ledger: Ledger,
    private readonly chain: Chain,
    private readonly messages: SignedMessages,
    private readonly claims: DepositClaims,
    private readonly clock: Clock,
  ) {}

  /**
   * Links the wallet that has signed, and credits what it has sent before anybody knew whose it is.
   * @throws what SignedMessages refuses; TooManyWallets, WalletAlreadyLinked
   */
  async link(userId: number, signed: SignedMessage): Promise<LinkedWallet> {
    const proof = await this.messages.read(signed);
    return this.database.transaction(async () => {
      // One at a time for each person: their wallets are counted, their coins may be moved.
      await this.ledger.lock([userId]);
      const address = await this.messages.accept(userId, proof);
      if ((await this.of(userId)).length >= maxWallets) throw new TooManyWallets(maxWallets);
      const wallet = await this.insert(userId, address);
      await this.claims.attribute(userId, address);
      return wallet;
    });
  }

  /** Linking it again begins a new cool-down. @throws WalletNotFound */
  async unlink(userId: number, id: number): Promise<void> {
    return this.database.transaction(async () => {
      const unlinked = await this.database.row(
        { address: text },
        `UPDATE rewards_wallet SET unlinked_at = $3 WHERE id = $1 AND user_id = $2 AND unlinked_at IS NULL RETURNING address`,
        [id, userId, this.clock.now()],
      );
      if (!unlinked) throw new WalletNotFound();
      await this.claims.release(unlinked.address);
    });
  }

  /** Newest first. */
  async of(userId: number): Promise<LinkedWallet[]> {
    const rows = await this.database.rows(
      shape,
      `SELECT id, address, linked_at AS "linkedAt" FROM rewards_wallet
       WHERE user_id = $1 AND unlinked_at IS NULL ORDER BY id DESC`,
      [userId],
    );
    return rows.map((row) => this.withCooldown(row));
  }

  private async insert(userId: number, address: string): Promise<LinkedWallet> {
    const inserted = await this.database.row(
      shape,
      `INSERT INTO rewards_wallet (user_id, address, linked_at) VALUES ($1, $2, $3)
       ON CONFLICT (address) WHERE unlinked_at IS NULL DO NOTHING RETURNING id, address, linked_at AS "linkedAt"`,
      [userId, address, this.clock.now()],
    );
    if (!inserted) throw new WalletAlreadyLinked();
    return this.withCooldown(inserted);
  }

  private withCooldown(row: Row<typeof shape>): LinkedWallet {
    const { walletCooldownMs } = this.chain.settings;
    return { ...row, withdrawableFrom: new Date(row.linkedAt.getTime() + walletCooldownMs) };
  }
}
