import { Injectable } from '@nestjs/common';
import { bool, instant, int, nullable, type Row } from '../../../platform/database/columns';
import { Database } from '../../../platform/database/database';
import { EventBus } from '../../../platform/events/event-bus';
import { Clock } from '../../../platform/time/clock';
import { SecondFactorChanged } from '../users.events';
import { Authenticators } from './authenticators/authenticators';
import { digitsOf } from './authenticators/totp';
import { hasFactorSql } from './has-factor';
import { RecoveryCodes } from './recovery-codes';

const overviewShape = { authenticatorAddedAt: nullable(instant), passkeyCount: int, recoveryCodesLeftCount: int };
export type FactorOverview = Row<typeof overviewShape>;

/** Says which second factors a person has, and uses up their codes. */
@Injectable()
export class SecondFactors {
  constructor(
    private readonly database: Database,
    private readonly authenticators: Authenticators,
    private readonly recoveryCodes: RecoveryCodes,
    private readonly events: EventBus,
    private readonly clock: Clock,
  ) {}

  async has(userId: number): Promise<boolean> {
    const row = await this.database.row({ has: bool }, `SELECT ${hasFactorSql('$1')} AS has`, [userId]);
    return row!.has;
  }

  async getOverview(userId: number): Promise<FactorOverview> {
    const overview = await this.database.row(
      overviewShape,
      `SELECT (SELECT f.confirmed_at FROM users_authenticator f WHERE f.user_id = $1) AS "authenticatorAddedAt",
         (SELECT count(*) FROM users_passkey k WHERE k.user_id = $1) AS "passkeyCount",
         (SELECT count(*) FROM users_recoverycode c WHERE c.user_id = $1 AND c.used_at IS NULL) AS "recoveryCodesLeftCount"`,
      [userId],
    );
    return overview!;
  }

  /**
   * Uses up the code of an authenticator app or a recovery code, in the transaction of the caller. Returns false if it is wrong or
   * used. The person is told of a used recovery code.
   */
  async useCode(userId: number, code: string): Promise<boolean> {
    if (digitsOf(code) !== null) return this.authenticators.use(userId, code);
    if (!(await this.recoveryCodes.use(userId, code))) return false;
    await this.publish(userId, 'recovery_code_used');
    return true;
  }

  /** Removes all factors and recovery codes, in the transaction of the caller. */
  async removeAll(userId: number): Promise<void> {
    await this.authenticators.remove(userId);
    await this.database.run('DELETE FROM users_passkey WHERE user_id = $1', [userId]);
    await this.recoveryCodes.discard(userId);
  }

  publish(userId: number, change: SecondFactorChanged['payload']['change']): Promise<void> {
    const changedAt = this.clock.now().toISOString();
    return this.events.publish(new SecondFactorChanged({ userId, change, changedAt }));
  }
}
