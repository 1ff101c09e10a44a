import type { MigrationInterface, QueryRunner } from 'typeorm';
import {
  bigint,
  createTables,
  dropTables,
  id,
  index,
  instant,
  isPostgres,
  references,
  table,
  unique,
  varchar,
} from '../src/platform/database/schema/schema';

/** People who leave the school. */
const tables = [
  table(
    'users_departure',
    {
      id: id(),
      user_id: bigint(),
      requested_at: instant(),
      due_at: instant(),
      left_at: instant({ nullable: true }),
      email_hash: varchar(64, { nullable: true }),
    },
    unique('users_departure_user', 'user_id'),
    index('users_departure_due', ['due_at'], 'left_at IS NULL'),
    index('users_departure_email', ['email_hash'], 'email_hash IS NOT NULL'),
    references('users_departure_user_fk', 'user_id', 'users_user', 'CASCADE'),
  ),
];

/** The only update of a security event: it is emptied for a person who has left. */
const isEmptied = (differs: string): string =>
  [
    ...['id', 'happened_at', 'kind', 'person_id', 'actor_id'].map((name) => `NOT (NEW.${name} ${differs} OLD.${name})`),
    "NEW.address = '' AND NEW.user_agent = '' AND (NEW.note = '' OR NEW.note = OLD.note)",
    `EXISTS (SELECT 1 FROM users_departure d
       WHERE d.left_at IS NOT NULL AND (d.user_id = OLD.person_id OR d.user_id = OLD.actor_id))`,
  ].join(' AND ');
const eventRefusal = 'users_securityevent is append-only';

const postgresEvents = [
  `CREATE FUNCTION users_only_empty_securityevent() RETURNS trigger LANGUAGE plpgsql AS $$
   BEGIN
     IF ${isEmptied('IS DISTINCT FROM')} THEN RETURN NEW; END IF;
     RAISE EXCEPTION '${eventRefusal}' USING ERRCODE = 'restrict_violation';
   END $$`,
  'DROP TRIGGER users_securityevent_update ON users_securityevent',
  `CREATE TRIGGER users_securityevent_update BEFORE UPDATE ON users_securityevent
   FOR EACH ROW EXECUTE FUNCTION users_only_empty_securityevent()`,
];
const sqliteEvents = [
  'DROP TRIGGER users_securityevent_update',
  `CREATE TRIGGER users_securityevent_update BEFORE UPDATE ON users_securityevent
   WHEN NOT (${isEmptied('IS NOT')}) BEGIN SELECT RAISE(ABORT, '${eventRefusal}'); END`,
  // Without it the words of a deleted name stay in the index of words until its parts are merged.
  `INSERT INTO users_user_search (users_user_search, rank) VALUES ('secure-delete', 1)`,
];

const postgresEventsBefore = [
  'DROP TRIGGER users_securityevent_update ON users_securityevent',
  'DROP FUNCTION users_only_empty_securityevent()',
  `CREATE TRIGGER users_securityevent_update BEFORE UPDATE ON users_securityevent
   FOR EACH ROW EXECUTE FUNCTION users_refuse_securityevent_change()`,
];
const sqliteEventsBefore = [
  'DROP TRIGGER users_securityevent_update',
  `CREATE TRIGGER users_securityevent_update BEFORE UPDATE ON users_securityevent
   BEGIN SELECT RAISE(ABORT, '${eventRefusal}'); END`,
  `INSERT INTO users_user_search (users_user_search, rank) VALUES ('secure-delete', 0)`,
];

export class Departures1764000008900 implements MigrationInterface {
  name = 'Departures1764000008900';

  async up(runner: QueryRunner): Promise<void> {
    await createTables(runner, tables);
    for (const statement of isPostgres(runner) ? postgresEvents : sqliteEvents) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const statement of isPostgres(runner) ? postgresEventsBefore : sqliteEventsBefore)
      await runner.query(statement);
    await dropTables(runner, tables);
  }
}
