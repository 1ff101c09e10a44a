import { Injectable } from '@nestjs/common';
import type { Actor } from '../../../platform/auth/actor';
import { Database } from '../../../platform/database/database';
import { SecurityEvents } from '../security/security-events';
import type { Device } from '../sign-in/device';
import { Authenticators } from './authenticators/authenticators';
import { CodeRefused, SecondFactorNotFound } from './factors.errors';
import { FactorRecord } from './factor-record';
import { RecoveryCodes } from './recovery-codes';
import { SecondFactors } from './second-factors';

/** People add and remove their own second factors. Every change is a security event, and the person is told. */
@Injectable()
export class FactorChanges {
  constructor(
    private readonly database: Database,
    private readonly authenticators: Authenticators,
    private readonly recoveryCodes: RecoveryCodes,
    private readonly factors: SecondFactors,
    private readonly record: FactorRecord,
    private readonly securityEvents: SecurityEvents,
  ) {}

  /**
   * Makes the authenticator app a factor. Returns new recovery codes.
   * @throws CodeRefused
   */
  async confirm({ id: userId, sessionId }: Actor, code: string, device: Device): Promise<string[]> {
    return this.database.transaction(async () => {
      await lockPerson(this.database, userId);
      if (!(await this.authenticators.confirm(userId, code))) throw new CodeRefused();
      await this.record.added({ userId, sessionId }, 'authenticator_added', device);
      return this.recoveryCodes.replace(userId);
    });
  }

  /** @throws SecondFactorNotFound */
  async remove({ id: userId, sessionId }: Actor, device: Device): Promise<void> {
    await this.database.transaction(async () => {
      await lockPerson(this.database, userId);
      if (!(await this.authenticators.remove(userId))) throw new SecondFactorNotFound();
      if (!(await this.factors.has(userId))) await this.recoveryCodes.discard(userId);
      await this.record.removed({ userId, sessionId }, 'authenticator_removed', device);
    });
  }

  /** Returns new recovery codes. The old ones stop working. @throws SecondFactorNotFound */
  async replaceRecoveryCodes({ id: userId }: Actor, device: Device): Promise<string[]> {
    return this.database.transaction(async () => {
      await lockPerson(this.database, userId);
      if (!(await this.factors.has(userId))) throw new SecondFactorNotFound();
      await this.securityEvents.record({ kind: 'recovery_codes_replaced', personId: userId, device });
      await this.factors.publish(userId, 'recovery_codes_replaced');
      return this.recoveryCodes.replace(userId);
    });
  }
}

/**
 * Locks the row of a person, as a sign-in does. So a concurrent sign-in sees the change of the factors, or its session is ended by it.
 */
export async function lockPerson(database: Database, userId: number): Promise<void> {
  await database.run('UPDATE users_user SET version = version WHERE id = $1', [userId]);
}
