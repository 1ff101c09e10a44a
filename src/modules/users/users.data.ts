import { Injectable } from '@nestjs/common';
import type { DataRules, Fields, ForeignModel, Loading } from '../../platform/data/data-rules';
import { DataRegistry } from '../../platform/data/data-registry';
import { Clock } from '../../platform/time/clock';
import { isTimeZone } from '../../platform/time/local-date';
import { roles } from './user.lists';

const user: ForeignModel = {
  label: 'users.user',
  table: 'users_user',
  fields: [
    ...['password', 'last_login', 'is_superuser', 'username', 'first_name', 'last_name', 'is_staff', 'is_active'],
    ...['date_joined', 'email', 'role', 'is_approved', 'teo_coins', 'bio', 'profile_image', 'created_at', 'updated_at'],
  ],
  naturalKey: 'username',
  otherKeys: ['email'],
  dropped: ['groups', 'user_permissions'],
  choices: { role: { known: roles } },
  // Whoever has one of the two only may be somebody else.
  identity: ['username', 'email'],
  // The ledger's to move.
  computed: ['teo_coins', 'teo_sequence'],
  importedColumns: ['teacher_status'],
  importFields: (fields) => ({ ...fields, ...standingOf(fields) }),
};

const settings: ForeignModel = {
  label: 'users.usersettings',
  table: 'users_usersettings',
  fields: [
    ...['user', 'email_notifications', 'push_notifications', 'privacy_settings', 'theme', 'language', 'timezone'],
    ...['created_at', 'updated_at'],
  ],
  choices: { timezone: { known: isTimeZone } },
  defaults: { privacy_settings: {} },
};

/** `is_approved` is true exactly for approved teachers, students and administrators. */
function standingOf({ role, is_approved: isApproved }: Fields): Fields {
  if (role !== 'teacher') return { is_approved: true, teacher_status: null };
  return { teacher_status: isApproved === true ? 'approved' : 'pending' };
}

/** People and their settings; sessions stay where they were opened. */
@Injectable()
export class UsersData implements DataRules {
  readonly models = [user, settings];
  readonly excludedTables = {
    users_session: 'A session belongs to the place where it was opened: people sign in again',
    users_securityevent: 'What happened here is the record of this place: a backup holds it',
    users_loginattempt: 'The back-off of somebody who guesses, gone in an hour',
  };

  readonly appendOnly = ['users_securityevent'];

  constructor(
    registry: DataRegistry,
    private readonly clock: Clock,
  ) {
    registry.register(this);
  }

  /** Names and addresses are one whatever their case, here: two accounts that differ in nothing else cannot both be. */
  async check(load: Loading): Promise<void> {
    if (!load.has('users.user')) return;
    for (const column of ['username', 'email']) await refuseCaseTwins(load, column);
  }

  /** Everybody has settings. */
  async computeDerived(load: Loading): Promise<void> {
    if (!load.has('users.user')) return;
    const now = this.clock.now();
    const made = await load.run(
      `INSERT INTO users_usersettings (user_id, privacy_settings, created_at, updated_at)
       SELECT u.id, $1, $2, $2 FROM load_users_user u
       WHERE NOT EXISTS (SELECT 1 FROM users_usersettings s WHERE s.user_id = u.id) ORDER BY u.id`,
      [{}, now],
    );
    load.noteCount(made, (n) => `users.usersettings: ${n} people had none and were given the usual ones`);
  }
}

async function refuseCaseTwins(load: Loading, column: string): Promise<void> {
  const folded = (expression: string): string => load.database.dialect.folded(expression);
  const twins = `SELECT ${folded(`f.${column}`)} FROM load_users_user f GROUP BY ${folded(`f.${column}`)} HAVING count(*) > 1`;
  const reason = 'duplicate: somebody else of the files has it, in whatever case';
  await load.refuseWhere('users.user', `${folded(`s.${column}`)} IN (${twins})`, reason, column);
  if (!load.merging) return;
  const living = `SELECT ${folded(`u.${column}`)} FROM users_user u`;
  const other = column === 'username' ? 'email' : 'username';
  await load.refuseWhere(
    'users.user',
    `${folded(`s.${column}`)} IN (${living})`,
    `duplicate: somebody here has it, with another ${other} or in another case; if that is the same person, say --merge-by users.user=${column}`,
    column,
  );
}
