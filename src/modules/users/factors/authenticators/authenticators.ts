import { randomBytes, randomUUID } from 'node:crypto';
import { Injectable, Logger } from '@nestjs/common';
import { text, type Row } from '../../../../platform/database/columns';
import { Database } from '../../../../platform/database/database';
import { Clock } from '../../../../platform/time/clock';
import { AuthenticatorUnreadable, SecondFactorExists } from '../factors.errors';
import { SealedSecrets } from '../../../../platform/auth/sealed-secrets';
import { base32, findStep, otpauthUrl } from './totp';

const issuer = 'TeoArt School';
/** RFC 4226 § 4 recommends 160 bits. */
const secretBytes = 20;
const purpose = 'totp';

const sealedShape = { id: text, sealedSecret: text };

export interface NewAuthenticator {
  secret: string;
  url: string;
}

/** Stores the secrets of authenticator apps and checks their codes. */
@Injectable()
export class Authenticators {
  private readonly log = new Logger('Authenticators');

  constructor(
    private readonly database: Database,
    private readonly secrets: SealedSecrets,
    private readonly clock: Clock,
  ) {}

  /**
   * Creates a secret that is no factor until `confirm`. It replaces an earlier one that was not confirmed.
   * @throws SecondFactorExists
   */
  async begin(userId: number, username: string): Promise<NewAuthenticator> {
    const [id, secret] = [randomUUID(), randomBytes(secretBytes)];
    const sealedSecret = this.secrets.seal(secret, purpose, id);
    const begunCount = await this.database.transaction(() =>
      this.database.run(
        `INSERT INTO users_authenticator (id, user_id, sealed_secret, created_at) VALUES ($1, $2, $3, $4)
         ON CONFLICT (user_id) DO UPDATE SET id = excluded.id, sealed_secret = excluded.sealed_secret,
           created_at = excluded.created_at WHERE users_authenticator.confirmed_at IS NULL`,
        [id, userId, sealedSecret, this.clock.now()],
      ),
    );
    if (begunCount === 0) throw new SecondFactorExists();
    return { secret: base32(secret), url: otpauthUrl(issuer, username, secret) };
  }

  /** Makes a secret a factor if the code belongs to it, in the transaction of the caller. The code is used up. */
  async confirm(userId: number, code: string): Promise<boolean> {
    const match = await this.match(userId, code, 'confirmed_at IS NULL');
    if (!match) return false;
    const sql = `UPDATE users_authenticator SET confirmed_at = $2, last_step = $3 WHERE id = $1 AND confirmed_at IS NULL`;
    return (await this.database.run(sql, [match.id, this.clock.now(), match.step])) > 0;
  }

  /**
   * Uses up the code of a step, in the transaction of the caller. Returns false if it is wrong, or not later than the last accepted
   * one. Of two requests with one code the statement accepts only the first.
   * @throws AuthenticatorUnreadable
   */
  async use(userId: number, code: string): Promise<boolean> {
    const match = await this.match(userId, code, 'confirmed_at IS NOT NULL');
    if (!match) return false;
    const sql = 'UPDATE users_authenticator SET last_step = $2 WHERE id = $1 AND last_step < $2';
    return (await this.database.run(sql, [match.id, match.step])) > 0;
  }

  /** Returns whether there was a confirmed one. */
  async remove(userId: number): Promise<boolean> {
    const sql = 'DELETE FROM users_authenticator WHERE user_id = $1 AND confirmed_at IS NOT NULL';
    return (await this.database.run(sql, [userId])) > 0;
  }

  private async match(userId: number, code: string, stateSql: string): Promise<{ id: string; step: number } | null> {
    const stored = await this.database.row(
      sealedShape,
      `SELECT id, sealed_secret AS "sealedSecret" FROM users_authenticator WHERE user_id = $1 AND ${stateSql}`,
      [userId],
    );
    if (!stored) return null;
    const step = findStep(this.open(stored, userId), code, this.clock.now());
    return step === null ? null : { id: stored.id, step };
  }

  /** @throws AuthenticatorUnreadable */
  private open({ id, sealedSecret }: Row<typeof sealedShape>, userId: number): Buffer {
    const secret = this.secrets.open(sealedSecret, purpose, id);
    if (secret) return secret;
    this.log.error(`The authenticator app of person ${userId} cannot be read. Was AUTH_SECRET changed?`);
    throw new AuthenticatorUnreadable();
  }

  /** Returns whether the secret of the oldest app cannot be read. */
  async isOldestUnreadable(): Promise<boolean> {
    const oldest = await this.database.row(
      sealedShape,
      `SELECT id, sealed_secret AS "sealedSecret" FROM users_authenticator ORDER BY created_at, id LIMIT 1`,
    );
    return oldest !== undefined && this.secrets.open(oldest.sealedSecret, purpose, oldest.id) === null;
  }
}
