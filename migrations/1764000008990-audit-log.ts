import type { MigrationInterface, QueryRunner } from 'typeorm';
import {
  bigint,
  createTables,
  dropTables,
  id,
  index,
  instant,
  int,
  isPostgres,
  json,
  key,
  oneOf,
  table,
  unique,
  varchar,
} from '../src/platform/database/schema/schema';

/** The audit log, and the last entry of its chain. */
const tables = [
  table(
    'platform_auditentry',
    {
      id: id(),
      happened_at: instant(),
      action: varchar(80),
      actor_kind: varchar(10),
      actor_id: bigint({ nullable: true }),
      object_type: varchar(40),
      object_id: varchar(100),
      detail: json(),
      trace_id: varchar(32, { default: '' }),
      sequence: bigint({ nullable: true }),
      previous_hash: varchar(64, { nullable: true }),
      hash: varchar(64, { nullable: true }),
    },
    unique('platform_auditentry_sequence', 'sequence'),
    index('platform_auditentry_unsealed', ['id'], 'sequence IS NULL'),
    index('platform_auditentry_happened_at', ['happened_at', 'id']),
    index('platform_auditentry_actor', ['actor_id', 'happened_at', 'id']),
    index('platform_auditentry_action', ['action', 'happened_at', 'id']),
    index('platform_auditentry_object', ['object_type', 'object_id', 'happened_at', 'id']),
    oneOf('platform_auditentry_actor_kind_listed', 'actor_kind', [
      'person',
      'api_key',
      'anonymous',
      'system',
      'command',
    ]),
  ),
  table('platform_audithead', { id: key(int()), sequence: bigint(), hash: varchar(64), sealed_at: instant() }),
];

const sealing = ['sequence', 'previous_hash', 'hash'];
const frozen = [
  'id',
  'happened_at',
  'action',
  'actor_kind',
  'actor_id',
  'object_type',
  'object_id',
  'detail',
  'trace_id',
];

/** SQL condition that is true unless the update seals an unsealed entry and changes nothing else. `differs` also detects NULL. */
function forbidden(differs: string): string {
  const changed = frozen.map((name) => `NEW.${name} ${differs} OLD.${name}`);
  const sealed = sealing.map((name) => `OLD.${name} IS NOT NULL`);
  const incomplete = sealing.map((name) => `NEW.${name} IS NULL`);
  return [...changed, ...sealed, ...incomplete].join(' OR ');
}

const refusal = 'platform_auditentry is append-only';

const postgresGuard = [
  `CREATE FUNCTION platform_refuse_auditentry_change() RETURNS trigger LANGUAGE plpgsql AS $$
   BEGIN RAISE EXCEPTION '${refusal}' USING ERRCODE = 'restrict_violation'; END $$`,
  `CREATE TRIGGER platform_auditentry_update BEFORE UPDATE ON platform_auditentry
   FOR EACH ROW WHEN (${forbidden('IS DISTINCT FROM')}) EXECUTE FUNCTION platform_refuse_auditentry_change()`,
  `CREATE TRIGGER platform_auditentry_delete BEFORE DELETE ON platform_auditentry
   FOR EACH ROW EXECUTE FUNCTION platform_refuse_auditentry_change()`,
  `CREATE TRIGGER platform_auditentry_truncate BEFORE TRUNCATE ON platform_auditentry
   FOR EACH STATEMENT EXECUTE FUNCTION platform_refuse_auditentry_change()`,
];

const sqliteGuard = [
  `CREATE TRIGGER platform_auditentry_update BEFORE UPDATE ON platform_auditentry
   WHEN ${forbidden('IS NOT')} BEGIN SELECT RAISE(ABORT, '${refusal}'); END`,
  `CREATE TRIGGER platform_auditentry_delete BEFORE DELETE ON platform_auditentry
   BEGIN SELECT RAISE(ABORT, '${refusal}'); END`,
];

export class AuditLog1764000008990 implements MigrationInterface {
  name = 'AuditLog1764000008990';

  async up(runner: QueryRunner): Promise<void> {
    await createTables(runner, tables);
    for (const statement of isPostgres(runner) ? postgresGuard : sqliteGuard) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    if (isPostgres(runner)) await runner.query('DROP FUNCTION platform_refuse_auditentry_change() CASCADE');
    await dropTables(runner, tables);
  }
}
