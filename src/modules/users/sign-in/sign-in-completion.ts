import { Injectable } from '@nestjs/common';
import { Database } from '../../../platform/database/database';
import { Clock } from '../../../platform/time/clock';
import { personColumns, personShape, type Person } from '../accounts/person';
import { Returns } from '../leaving/returns';
import { SecurityEvents } from '../security/security-events';
import type { Tokens } from '../sessions/sessions';
import type { RemoteDevice } from './device';
import { NewDevices } from './new-devices';

/** Completes a sign-in whose second factor was right. */
@Injectable()
export class SignInCompletion {
  constructor(
    private readonly database: Database,
    private readonly newDevices: NewDevices,
    private readonly securityEvents: SecurityEvents,
    private readonly returns: Returns,
    private readonly clock: Clock,
  ) {}

  /** Opens a session, in the transaction of the caller. A person who is leaving comes back. Returns null if the account is closed. */
  async complete(userId: number, device: RemoteDevice): Promise<{ person: Person; tokens: Tokens } | null> {
    const signIn = () => this.recordSignIn(userId);
    const person = (await signIn()) ?? ((await this.returns.open(userId, device)) ? await signIn() : undefined);
    if (!person) return null;
    await this.securityEvents.record({ kind: 'signed_in', personId: userId, device });
    return { person, tokens: await this.newDevices.openSession(userId, device) };
  }

  private recordSignIn(userId: number): Promise<Person | undefined> {
    const sql = `UPDATE users_user SET last_login = $2 WHERE id = $1 AND is_active RETURNING ${personColumns}`;
    return this.database.row(personShape, sql, [userId, this.clock.now()]);
  }
}
