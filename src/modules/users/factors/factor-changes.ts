import { Injectable } from '@nestjs/common';
import type { Actor } from '../../../platform/auth/actor';
import { Database } from '../../../platform/database/database';
import { SecurityEvents } from '../security/security-events';
import { Sessions } from '../sessions/sessions';
import type { Device } from '../sign-in/device';
import type { SecurityEventKind } from '../security/security-event.lists';
import { Authenticators } from './authenticators/authenticators';
import { CodeRefused, SecondFactorNotFound } from './factors.errors';
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
    private readonly sessions: Sessions,
    private readonly securityEvents: SecurityEvents,
  ) {}

  /**
   * Makes the authenticator app a factor. All other sessions end, because they were opened without it. Returns new recovery codes.
   * @throws CodeRefused
   */
  async confirm({ id: userId, sessionId }: Actor, code: string, device: Device): Promise<string[]> {
    return this.database.transaction(async () => {
      await lockPerson(this.database, userId);
      if (!(await this.authenticators.confirm(userId, code))) throw new CodeRefused();
      await this.sessions.endAll(userId, 'factor', sessionId);
      await this.sessions.recordProof(sessionId);
      await this.record('second_factor_added', userId, device);
      await this.factors.publish(userId, 'authenticator_added');
      return this.recoveryCodes.replace(userId);
    });
  }

  /** @throws SecondFactorNotFound */
  async remove({ id: userId, sessionId }: Actor, device: Device): Promise<void> {
    await this.database.transaction(async () => {
      await lockPerson(this.database, userId);
      if (!(await this.authenticators.remove(userId))) throw new SecondFactorNotFound();
      if (!(await this.factors.has(userId))) await this.recoveryCodes.discard(userId);
      await this.sessions.endAll(userId, 'factor', sessionId);
      await this.record('second_factor_removed', userId, device);
      await this.factors.publish(userId, 'authenticator_removed');
    });
  }

  /** Returns new recovery codes. The old ones stop working. @throws SecondFactorNotFound */
  async replaceRecoveryCodes({ id: userId }: Actor, device: Device): Promise<string[]> {
    return this.database.transaction(async () => {
      await lockPerson(this.database, userId);
      if (!(await this.factors.has(userId))) throw new SecondFactorNotFound();
      await this.record('recovery_codes_replaced', userId, device);
      await this.factors.publish(userId, 'recovery_codes_replaced');
      return this.recoveryCodes.replace(userId);
    });
  }

  private record(kind: SecurityEventKind, personId: number, device: Device): Promise<void> {
    return this.securityEvents.record({ kind, personId, device });
  }
}

/**
 * Locks the row of a person, as a sign-in does. So a concurrent sign-in sees the change of the factors, or its session is ended by it.
 */
export async function lockPerson(database: Database, userId: number): Promise<void> {
  await database.run('UPDATE users_user SET version = version WHERE id = $1', [userId]);
}
