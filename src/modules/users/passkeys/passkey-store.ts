import { Injectable } from '@nestjs/common';
import { int, type Row } from '../../../platform/database/columns';
import { Database } from '../../../platform/database/database';
import { columnsOf } from '../../../platform/database/entity-columns';
import { Clock } from '../../../platform/time/clock';
import { Passkey } from './passkey.entity';
import { PasskeyExists, PasskeyNotFound } from './passkeys.errors';

const shown = columnsOf(Passkey, ['id', 'credentialId', 'transports', 'isSynced', 'name', 'createdAt', 'lastUsedAt']);
const stored = columnsOf(Passkey, ['id', 'userId', 'credentialId', 'publicKey', 'name']);
export type PasskeyRow = Row<typeof shown.shape>;
export type StoredPasskey = Row<typeof stored.shape>;

type NewPasskeyRow = Pick<
  Passkey,
  'userId' | 'credentialId' | 'publicKey' | 'counter' | 'transports' | 'isSynced' | 'name'
>;

/** Reads and writes passkeys. */
@Injectable()
export class PasskeyStore {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /** @throws PasskeyExists if any account has the credential */
  async insert(passkey: NewPasskeyRow): Promise<PasskeyRow> {
    const { userId, credentialId, publicKey, counter, transports, isSynced, name } = passkey;
    const inserted = await this.database.row(
      shown.shape,
      `INSERT INTO users_passkey (user_id, credential_id, public_key, counter, transports, is_synced, name, created_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (credential_id) DO NOTHING RETURNING ${shown.columns()}`,
      [userId, credentialId, publicKey, counter, transports, isSynced, name, this.clock.now()],
    );
    if (!inserted) throw new PasskeyExists();
    return inserted;
  }

  list(userId: number): Promise<PasskeyRow[]> {
    const sql = `SELECT ${shown.columns()} FROM users_passkey WHERE user_id = $1 ORDER BY id DESC`;
    return this.database.rows(shown.shape, sql, [userId]);
  }

  find(credentialId: string): Promise<StoredPasskey | undefined> {
    const sql = `SELECT ${stored.columns()} FROM users_passkey WHERE credential_id = $1`;
    return this.database.row(stored.shape, sql, [credentialId]);
  }

  /**
   * Stores the counter of a use. Returns false if it has not grown, which a copy of the passkey causes. An authenticator that does not
   * count, as that of a synced passkey, always says 0.
   */
  async recordUse(id: number, counter: number): Promise<boolean> {
    const sql = `UPDATE users_passkey SET counter = $2, last_used_at = $3
      WHERE id = $1 AND (counter < $2 OR counter = 0 AND $2 = 0)`;
    return (await this.database.run(sql, [id, counter, this.clock.now()])) > 0;
  }

  /** @throws PasskeyNotFound */
  async rename(userId: number, id: number, name: string): Promise<PasskeyRow> {
    const sql = `UPDATE users_passkey SET name = $3 WHERE id = $2 AND user_id = $1 RETURNING ${shown.columns()}`;
    const renamed = await this.database.transaction(() => this.database.row(shown.shape, sql, [userId, id, name]));
    if (!renamed) throw new PasskeyNotFound();
    return renamed;
  }

  /** @throws PasskeyNotFound */
  async remove(userId: number, id: number): Promise<void> {
    const sql = 'DELETE FROM users_passkey WHERE id = $2 AND user_id = $1';
    if ((await this.database.run(sql, [userId, id])) === 0) throw new PasskeyNotFound();
  }

  async count(userId: number): Promise<number> {
    const sql = 'SELECT count(*) AS total FROM users_passkey WHERE user_id = $1';
    return (await this.database.row({ total: int }, sql, [userId]))!.total;
  }
}
