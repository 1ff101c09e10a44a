import type { MigrationInterface, QueryRunner } from 'typeorm';
import {
  bigint,
  check,
  createTables,
  dropTables,
  flag,
  id,
  index,
  instant,
  int,
  json,
  key,
  oneOf,
  references,
  table,
  text,
  unique,
  varchar,
} from '../src/platform/database/schema/schema';

/** The tables of users: accounts, settings, sessions, attempts to sign in, and approvals of teachers. */
const tables = [
  table(
    'users_user',
    {
      id: id(),
      password: varchar(128),
      last_login: instant({ nullable: true }),
      is_superuser: flag({ default: false }),
      username: varchar(150),
      first_name: varchar(150, { default: '' }),
      last_name: varchar(150, { default: '' }),
      email: varchar(254),
      is_staff: flag({ default: false }),
      is_active: flag({ default: true }),
      date_joined: instant(),
      role: varchar(20, { default: 'student' }),
      is_approved: flag({ default: false }),
      bio: text({ default: '' }),
      profile_image: varchar(100, { default: '' }),
      created_at: instant(),
      updated_at: instant(),
      teacher_status: varchar(10, { nullable: true }),
      version: int({ default: 1 }),
      teo_coins: int({ default: 0 }),
      teo_sequence: bigint({ default: 0 }),
    },
    unique('users_user_username', 'username'),
    unique('unique_email', 'email'),
    index('users_user_teacher_status', ['teacher_status'], 'teacher_status IS NOT NULL'),
    index('users_user_created_at', ['created_at']),
    index('users_user_is_approved', ['is_approved']),
    index('users_user_role', ['role']),
    check('users_user_coins_not_negative', '"teo_coins" >= 0'),
    oneOf('users_user_teacher_status_listed', 'teacher_status', ['pending', 'approved', 'rejected', 'suspended']),
    oneOf('users_user_role_listed', 'role', ['student', 'teacher', 'admin']),
  ),
  table(
    'users_usersettings',
    {
      id: id(),
      user_id: bigint(),
      email_notifications: flag({ default: true }),
      push_notifications: flag({ default: true }),
      privacy_settings: json(),
      theme: varchar(20, { default: 'light' }),
      language: varchar(10, { default: 'en' }),
      timezone: varchar(50, { default: 'UTC' }),
      created_at: instant(),
      updated_at: instant(),
      version: int({ default: 1 }),
    },
    unique('users_usersettings_user', 'user_id'),
    index('users_usersettings_timezone', ['timezone']),
    references('users_usersettings_user_fk', 'user_id', 'users_user', 'CASCADE'),
  ),
  table(
    'users_session',
    {
      id: key(varchar(36)),
      user_id: bigint(),
      secret_hash: varchar(64),
      previous_hash: varchar(64, { default: '' }),
      created_at: instant(),
      rotated_at: instant(),
      expires_at: instant(),
      revoked_at: instant({ nullable: true }),
      revoked_why: varchar(20, { default: '' }),
      user_agent: varchar(200, { default: '' }),
      address: varchar(45, { default: '' }),
    },
    index('users_session_expires_at', ['expires_at']),
    index('users_session_user', ['user_id']),
    references('users_session_user_fk', 'user_id', 'users_user', 'CASCADE'),
  ),
  table(
    'users_loginattempt',
    {
      login_hash: key(varchar(64)),
      network: key(varchar(45)),
      attempts: int(),
      free_at: instant(),
    },
    index('users_loginattempt_free_at', ['free_at']),
  ),
  table(
    'users_teacherapproval',
    {
      id: id(),
      teacher_id: bigint(),
      status: varchar(10),
      decided_by_id: bigint({ nullable: true }),
      decided_at: instant(),
      reason: text({ default: '' }),
    },
    index('users_teacherapproval_decided_by', ['decided_by_id'], 'decided_by_id IS NOT NULL'),
    index('users_teacherapproval_teacher', ['teacher_id']),
    oneOf('users_teacherapproval_status_listed', 'status', ['pending', 'approved', 'rejected', 'suspended']),
    references('users_teacherapproval_teacher_fk', 'teacher_id', 'users_user', 'CASCADE'),
    references('users_teacherapproval_decided_by_fk', 'decided_by_id', 'users_user', 'SET NULL'),
  ),
];

export class People1764000001000 implements MigrationInterface {
  name = 'People1764000001000';

  async up(runner: QueryRunner): Promise<void> {
    await createTables(runner, tables);
    for (const name of ['username', 'email'])
      await runner.query(`CREATE UNIQUE INDEX users_user_${name}_nocase ON users_user (lower(${name}))`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await dropTables(runner, tables);
  }
}
