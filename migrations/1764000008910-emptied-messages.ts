import type { MigrationInterface, QueryRunner } from 'typeorm';
import { isPostgres } from '../src/platform/database/schema/schema';

/** All columns of the ledger that no update may change, except the description. */
const frozen = [
  'id',
  'user_id',
  'transaction_type',
  'amount',
  'recipient_id',
  'related_object_type',
  'related_object_id',
  'created_at',
  'sequence',
  'balance_after',
  'operation_id',
  'idempotency_key',
  'request_hash',
  'reward_epoch',
  'reverses_id',
  'actor_id',
];

/**
 * True for an update that is refused. The message of a transfer is a text of a person to another, so it can be emptied when one of
 * them leaves, and never changed.
 */
function forbidden(differs: string, mayEmpty: boolean): string {
  const isEmptied = "NEW.description = '' AND OLD.transaction_type IN ('transfer_sent', 'transfer_received')";
  const rewritten = `NEW.description ${differs} OLD.description${mayEmpty ? ` AND NOT (${isEmptied})` : ''}`;
  const unconfirmed = 'OLD.is_blockchain_confirmed AND NOT NEW.is_blockchain_confirmed';
  const replaced = `OLD.is_blockchain_confirmed AND NEW.blockchain_tx_hash ${differs} OLD.blockchain_tx_hash`;
  const changed = frozen.map((name) => `NEW.${name} ${differs} OLD.${name}`);
  return [...changed, `(${rewritten})`, `(${unconfirmed})`, `(${replaced})`].join(' OR ');
}

async function replaceTrigger(runner: QueryRunner, mayEmpty: boolean): Promise<void> {
  if (isPostgres(runner)) {
    await runner.query('DROP TRIGGER rewards_ledger_update ON rewards_teocointransaction');
    await runner.query(`CREATE TRIGGER rewards_ledger_update BEFORE UPDATE ON rewards_teocointransaction
      FOR EACH ROW WHEN (${forbidden('IS DISTINCT FROM', mayEmpty)}) EXECUTE FUNCTION rewards_refuse_ledger_change()`);
    return;
  }
  await runner.query('DROP TRIGGER rewards_ledger_update');
  await runner.query(`CREATE TRIGGER rewards_ledger_update BEFORE UPDATE ON rewards_teocointransaction
    WHEN ${forbidden('IS NOT', mayEmpty)} BEGIN SELECT RAISE(ABORT, 'rewards_teocointransaction is append-only'); END`);
}

/** Lets the message of a transfer be emptied (decision 0043). */
export class EmptiedMessages1764000008910 implements MigrationInterface {
  name = 'EmptiedMessages1764000008910';

  async up(runner: QueryRunner): Promise<void> {
    await replaceTrigger(runner, true);
  }

  async down(runner: QueryRunner): Promise<void> {
    await replaceTrigger(runner, false);
  }
}
