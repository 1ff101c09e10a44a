import { Injectable } from '@nestjs/common';
import type { DataRules, Fields, ForeignModel, Loading } from '../../platform/data/data-rules';
import { DataRegistry } from '../../platform/data/data-registry';
import { withoutReferences } from '../../platform/files/file-addresses';
import { Clock } from '../../platform/time/clock';
import { isTimeZone } from '../../platform/time/local-date';
import { roles } from './user.lists';

const userModel: ForeignModel = {
  label: 'users.user',
  table: 'users_user',
  fields: [
    'password',
    'last_login',
    'is_superuser',
    'username',
    'first_name',
    'last_name',
    'is_staff',
    'is_active',
    'date_joined',
    'email',
    'role',
    'is_approved',
    'teo_coins',
    'bio',
    'profile_image',
    'created_at',
    'updated_at',
  ],
  naturalKey: 'username',
  otherKeys: ['email'],
  dropped: ['groups', 'user_permissions'],
  choices: { role: { known: roles } },
  // Username and e-mail address must both match because a record with only one of them may be another person.
  identity: ['username', 'email'],
  // Only the ledger changes these columns.
  computed: ['teo_coins', 'teo_sequence'],
  importedColumns: ['teacher_status'],
  importFields: (fields) => ({ ...fields, ...approvalFieldsOf(fields) }),
  media: [{ field: 'profile_image', purpose: 'profile-image', ownerSql: 't.id', shownAs: '320' }],
  exportFields: withoutReferences('profile_image'),
};

const settingsModel: ForeignModel = {
  label: 'users.usersettings',
  table: 'users_usersettings',
  fields: [
    'user',
    'email_notifications',
    'push_notifications',
    'privacy_settings',
    'theme',
    'language',
    'timezone',
    'created_at',
    'updated_at',
  ],
  choices: { timezone: { known: isTimeZone } },
  defaults: { privacy_settings: {} },
};

/** `is_approved` is true exactly for approved teachers, students and administrators. */
function approvalFieldsOf({ role, is_approved: isApproved }: Fields): Fields {
  if (role !== 'teacher') return { is_approved: true, teacher_status: null };
  return { teacher_status: isApproved === true ? 'approved' : 'pending' };
}

/** Moves people and their settings between schools. Sessions are not moved. */
@Injectable()
export class UsersData implements DataRules {
  readonly models = [userModel, settingsModel];
  readonly excludedTables = {
    users_session: 'Sessions are not moved; people sign in again',
    users_securityevent: 'Security events stay with the school where they happened; its backup contains them',
    users_emailverification: 'Links to verify an address are not moved; people ask for a new one',
    users_authenticator: 'Secrets of second factors never leave the database in a file that people read',
    users_recoverycode: 'Recovery codes belong to second factors, which are not dumped',
    users_apikey: 'Keys of machines are made again in the school that they call',
    users_passkey: 'A passkey works only at the domain of its school',
    users_passkeychallenge: 'A challenge of a passkey ends after five minutes',
    users_signinchallenge: 'A sign-in that waits for the second factor ends after five minutes',
    users_personalexport: 'Copies that people asked for are made again',
    users_loginattempt: 'Counters of failed sign-ins are kept for one hour only',
  };

  readonly appendOnly = ['users_securityevent'];

  constructor(
    registry: DataRegistry,
    private readonly clock: Clock,
  ) {
    registry.register(this);
  }

  /** Usernames and addresses must differ in more than case because the unique indexes ignore case. */
  async check(load: Loading): Promise<void> {
    if (!load.has('users.user')) return;
    for (const column of ['username', 'email']) await refuseCaseDuplicates(load, column);
  }

  /** Inserts default settings for people without any because every person must have settings. */
  async computeDerived(load: Loading): Promise<void> {
    if (!load.has('users.user')) return;
    const now = this.clock.now();
    const createdCount = await load.run(
      `INSERT INTO users_usersettings (user_id, privacy_settings, created_at, updated_at)
       SELECT u.id, $1, $2, $2 FROM load_users_user u
       WHERE NOT EXISTS (SELECT 1 FROM users_usersettings s WHERE s.user_id = u.id) ORDER BY u.id`,
      [{}, now],
    );
    load.noteCount(createdCount, (count) => `users.usersettings: inserted default settings for ${count} people`);
  }
}

async function refuseCaseDuplicates(load: Loading, column: string): Promise<void> {
  const folded = (expression: string): string => load.database.dialect.folded(expression);
  const loadedSql = folded(`f.${column}`);
  const duplicatesSql = `SELECT ${loadedSql} FROM load_users_user f GROUP BY ${loadedSql} HAVING count(*) > 1`;
  const reason = 'duplicate: another record in the files has the same value (case is ignored)';
  await load.refuseWhere('users.user', `${folded(`s.${column}`)} IN (${duplicatesSql})`, reason, column);
  if (!load.merging) return;
  const existingSql = `SELECT ${folded(`u.${column}`)} FROM users_user u`;
  const otherColumn = column === 'username' ? 'email' : 'username';
  await load.refuseWhere(
    'users.user',
    `${folded(`s.${column}`)} IN (${existingSql})`,
    `duplicate: a person here has the same value in another case or with another ${otherColumn}; if it is the same person, use --merge-by users.user=${column}`,
    column,
  );
}
