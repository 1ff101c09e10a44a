import type { MigrationInterface, QueryRunner } from 'typeorm';
import {
  bigint,
  createTables,
  dropTables,
  id,
  index,
  instant,
  isPostgres,
  table,
  varchar,
} from '../src/platform/database/schema/schema';

/** Adds the security events of accounts, and to each session a hash of the device that refreshed it last. */
const tables = [
  table(
    'users_securityevent',
    {
      id: id(),
      happened_at: instant(),
      kind: varchar(40),
      person_id: bigint(),
      actor_id: bigint({ nullable: true }),
      address: varchar(45, { default: '' }),
      user_agent: varchar(200, { default: '' }),
      note: varchar(200, { default: '' }),
    },
    index('users_securityevent_person', ['person_id', 'id']),
    index('users_securityevent_happened_at', ['happened_at']),
  ),
];

const refusal = 'users_securityevent is append-only';

/** Triggers refuse every update. They cannot read the setting for retention, so they refuse deletes only for events of the last 30 days, even for the job. */
const postgresGuard = [
  `CREATE FUNCTION users_refuse_securityevent_change() RETURNS trigger LANGUAGE plpgsql AS $$
   BEGIN RAISE EXCEPTION '${refusal}' USING ERRCODE = 'restrict_violation'; END $$`,
  `CREATE TRIGGER users_securityevent_update BEFORE UPDATE ON users_securityevent
   FOR EACH ROW EXECUTE FUNCTION users_refuse_securityevent_change()`,
  `CREATE TRIGGER users_securityevent_delete BEFORE DELETE ON users_securityevent
   FOR EACH ROW WHEN (OLD.happened_at > now() - interval '30 days') EXECUTE FUNCTION users_refuse_securityevent_change()`,
  `CREATE TRIGGER users_securityevent_truncate BEFORE TRUNCATE ON users_securityevent
   FOR EACH STATEMENT EXECUTE FUNCTION users_refuse_securityevent_change()`,
];

const sqliteGuard = [
  `CREATE TRIGGER users_securityevent_update BEFORE UPDATE ON users_securityevent
   BEGIN SELECT RAISE(ABORT, '${refusal}'); END`,
  `CREATE TRIGGER users_securityevent_delete BEFORE DELETE ON users_securityevent
   WHEN OLD.happened_at > strftime('%Y-%m-%d %H:%M:%f', 'now', '-30 days') BEGIN SELECT RAISE(ABORT, '${refusal}'); END`,
];

export class SecurityEvents1764000007100 implements MigrationInterface {
  name = 'SecurityEvents1764000007100';

  async up(runner: QueryRunner): Promise<void> {
    await createTables(runner, tables);
    for (const statement of isPostgres(runner) ? postgresGuard : sqliteGuard) await runner.query(statement);
    await runner.query(`ALTER TABLE users_session ADD COLUMN rotated_by varchar(64) NOT NULL DEFAULT ''`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE users_session DROP COLUMN rotated_by');
    if (isPostgres(runner)) await runner.query('DROP FUNCTION users_refuse_securityevent_change() CASCADE');
    await dropTables(runner, tables);
  }
}
