import { Injectable } from '@nestjs/common';
import { OriginalValues } from '../../../platform/data/original-values';
import { int, text } from '../../../platform/database/columns';
import { Database } from '../../../platform/database/database';
import { Files } from '../../../platform/files/files';
import { Clock } from '../../../platform/time/clock';
import { unusablePassword } from '../passwords/django-passwords';
import { exportAccount } from '../exports/account-export';
import { PersonalDataRegistry, type PersonalData } from './personal-data';
import { PlatformTraces } from './platform-traces';

/** Tables whose rows of a person are deleted. The column is that of the person. */
const deletedTables = {
  users_session: 'user_id',
  users_apikey: 'user_id',
  users_passkey: 'user_id',
  users_authenticator: 'user_id',
  users_recoverycode: 'user_id',
  users_signinchallenge: 'user_id',
  users_emailverification: 'user_id',
  users_passwordreset: 'user_id',
  users_teacherapplication: 'teacher_id',
  users_personalexport: 'user_id',
};

/** What Users holds of a person. */
@Injectable()
export class AccountData implements PersonalData {
  readonly name = 'account';
  readonly tables = {
    ...Object.fromEntries(Object.keys(deletedTables).map((table) => [table, 'deleted'])),
    users_user: 'kept under the id; names, address, biography, picture and password are cleared',
    users_usersettings: 'kept with the default settings',
    users_block: 'deleted, also the blocks by others',
    users_teacherapproval: 'kept without the reason',
    users_securityevent: 'kept without network, device and note',
    users_departure: 'kept with the keyed hash of the address',
  };

  constructor(
    registry: PersonalDataRegistry,
    private readonly database: Database,
    private readonly traces: PlatformTraces,
    private readonly originals: OriginalValues,
    private readonly clock: Clock,
    private readonly files: Files,
  ) {
    registry.register(this);
  }

  async export(personId: number): Promise<Record<string, readonly object[]>> {
    return { ...(await exportAccount(this.database, personId)), files: await this.files.listOfOwner(personId) };
  }

  async erase(personId: number): Promise<void> {
    const sql = 'SELECT email FROM users_user WHERE id = $1';
    const person = await this.database.row({ email: text }, sql, [personId]);
    await this.traces.erase(personId, person!.email);
    for (const [table, column] of Object.entries(deletedTables))
      await this.database.run(`DELETE FROM ${table} WHERE ${column} = $1`, [personId]);
    await this.database.run('DELETE FROM users_block WHERE user_id = $1 OR blocked_id = $1', [personId]);
    await this.database.run(`UPDATE users_teacherapproval SET reason = '' WHERE teacher_id = $1`, [personId]);
    await this.emptySecurityEvents(personId);
    await this.resetSettings(personId);
    await this.emptyAccount(personId);
  }

  /** The signs in the name and the address are allowed to nobody else, so nobody can register with them. */
  private async emptyAccount(personId: number): Promise<void> {
    await this.database.run(
      `UPDATE users_user SET username = $2, email = $3, password = $4, first_name = '', last_name = '', bio = '',
         profile_image = '', last_login = NULL, email_verified_at = NULL, role = 'student', is_approved = $5,
         teacher_status = NULL, is_staff = $6, is_superuser = $6, is_active = $6, updated_at = $7, version = version + 1
       WHERE id = $1`,
      [personId, `@former-${personId}`, `former-${personId}@invalid`, unusablePassword, true, false, this.clock.now()],
    );
    await this.originals.forget('users.user', [personId]);
  }

  private async resetSettings(personId: number): Promise<void> {
    const settings = await this.database.row(
      { id: int },
      `UPDATE users_usersettings SET privacy_settings = $2, theme = 'light', language = 'en', timezone = 'UTC',
         email_notifications = $3, push_notifications = $3, updated_at = $4, version = version + 1
       WHERE user_id = $1 RETURNING id`,
      [personId, {}, false, this.clock.now()],
    );
    if (settings) await this.originals.forget('users.usersettings', [settings.id]);
  }

  /** The notes about other people, whose accounts an administrator changed, stay. */
  private async emptySecurityEvents(personId: number): Promise<void> {
    await this.database.run(
      `UPDATE users_securityevent SET address = '', user_agent = '',
         note = CASE WHEN person_id = $1 THEN '' ELSE note END
       WHERE person_id = $1 OR actor_id = $1`,
      [personId],
    );
  }
}
