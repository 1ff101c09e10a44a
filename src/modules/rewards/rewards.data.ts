import { Injectable } from '@nestjs/common';
import { DataRegistry } from '../../platform/data/data-registry';
import type { Snapshot } from '../../platform/database/bulk';
import type { DataRules, Fields, ForeignModel, Loading, Page, Sum } from '../../platform/data/data-rules';
import { LearnerTotals } from '../progress';
import { builtInRules } from './achievements/built-in-rules';
import { LedgerAudit } from './audit/ledger-audit';
import { checkLedger, repairTransfers, writeLedger } from './ledger/ledger-import';
import { earningTypes, signOf, transactionTypes, typeInSql } from './ledger/transaction-types';

const label = 'rewards.teocointransaction';
/** Apps and models of the Django system; `ownModels` exist only here. */
const foreignApps = new Set(['users', 'courses', 'rewards', 'notifications']);
const ownModels = /^rewards\.(withdrawal|deposit|payout|wallet)/;

const transaction: ForeignModel = {
  label,
  table: 'rewards_teocointransaction',
  fields: [
    'user',
    'transaction_type',
    'amount',
    'description',
    'recipient',
    'related_object_type',
    'related_object_id',
    'blockchain_tx_hash',
    'is_blockchain_confirmed',
    'created_at',
  ],
  choices: { transaction_type: { known: [...transactionTypes, 'admin_adjustment', 'reversal'] } },
  relatedObject: { type: 'related_object_type', id: 'related_object_id' },
  // The related object is not part of the identity, because its id may be different here, or missing.
  identity: ['user_id', 'transaction_type', 'amount', 'created_at', 'description'],
  prepare: repairTransfers,
  appendOnly: ['user_id', 'transaction_type', 'amount', 'created_at'],
  importFields: (fields) => ({ ...fields, ...signedTypeFields(fields) }),
  write: (load) => writeLedger(load),
  // Django has one row for a transfer, so only the sender's row is exported.
  exportedWhere: "t.transaction_type <> 'transfer_received'",
  exportFields: async (records) => records.forEach(({ fields }) => removeUnknownObject(fields)),
};

const achievement: ForeignModel = {
  label: 'rewards.achievement',
  table: 'rewards_achievement',
  fields: ['user', 'achievement_type', 'course', 'earned_at', 'progress', 'metadata'],
  identity: ['user_id', 'achievement_type', 'course_id'],
  choices: { achievement_type: { known: builtInRules.map(({ type }) => type), open: true } },
  defaults: { metadata: {}, progress: 100 },
};

/** Django's types `admin_adjustment` and `reversal` have either sign; here each sign has its own type, so that amounts are positive. */
function signedTypeFields({ transaction_type: type, amount }: Fields): Fields {
  if (type !== 'admin_adjustment' && type !== 'reversal') return {};
  // A reversal of another system does not name the transaction that it reverses, so it is imported as an adjustment.
  const direction = Number(amount) < 0 ? 'debit' : 'credit';
  return {
    transaction_type: `admin_adjustment_${direction}`,
    amount: typeof amount === 'number' ? Math.abs(amount) : amount,
  };
}

/** Removes a related object whose model does not exist in the Django system. */
function removeUnknownObject(fields: Fields): void {
  const model = fields.related_object_type;
  if (!Array.isArray(model)) return;
  const isKnown = foreignApps.has(model[0] as string) && !ownModels.test(model.join('.'));
  if (!isKnown) Object.assign(fields, { related_object_type: null, related_object_id: null });
}

const balances: Sum = { model: 'users.user', field: 'teo_coins' };
const ledger: Sum = {
  model: label,
  field: 'amount',
  takenWhere: { field: 'transaction_type', values: transactionTypes.filter((type) => signOf(type) < 0) },
};

/** Why a dump of our own cannot be merged: a ledger and its state on the chain are complete only together. */
export const ownLedgerReason =
  'the ledger of another TeoArt school cannot be merged: load it into an empty database, or dump it there with --django';

/** Import and export of the ledger and the achievements. */
@Injectable()
export class RewardsData implements DataRules {
  readonly models = [transaction, achievement];
  readonly excludedTables = {
    rewards_staffday: 'How much each administrator has given today; not needed after the day',
    rewards_unusualaccount: 'A job finds these accounts again within a quarter of an hour',
  };
  readonly sums = { 'ledger sum': ledger, 'sum of balances': balances };
  /** Without the ledger sum, because the Django system has one row for a transfer and its rows do not add up to the balances. */
  readonly foreignSums = { 'sum of balances': balances };
  readonly exportExtensions = { 'users.userprogress': countAchievements };

  constructor(
    registry: DataRegistry,
    private readonly audit: LedgerAudit,
    private readonly totals: LearnerTotals,
  ) {
    registry.register(this);
  }

  async check(load: Loading): Promise<void> {
    if (load.merging) await load.refuseWhere(label, 's.load_ours', ownLedgerReason);
    await checkLedger(load);
    await refuseDuplicateAchievements(load);
  }

  /** Writes the ledger also if the file has no transactions, because people in the file can have balances. */
  async computeDerived(load: Loading): Promise<void> {
    if (!load.has(label) && load.has('users.user')) await writeLedger(load);
    const coinsSql = `COALESCE((SELECT sum(t.amount) FROM rewards_teocointransaction t
      WHERE t.user_id = p.user_id AND ${typeInSql(earningTypes, 't.transaction_type')}
        AND NOT EXISTS (SELECT 1 FROM rewards_teocointransaction r WHERE r.reverses_id = t.id)), 0)`;
    const achievementsSql =
      '(SELECT count(*) FROM rewards_achievement a WHERE a.user_id = p.user_id AND a.progress = 100)';
    const changedCount = await this.totals.correct(load, { coinsSql, achievementsSql });
    load.noteCount(changedCount, (n) => `users.userprogress: the totals of ${n} people were computed from their rows`);
  }

  async verify(load: Loading): Promise<void> {
    const { violations } = await this.audit.checkRows();
    for (const violation of violations) load.refuse({ model: label, reason: this.audit.describeViolation(violation) });
  }
}

/** The Django system also counts achievements that are in progress. */
async function countAchievements(records: Page, snapshot: Snapshot): Promise<void> {
  const rows = await snapshot.rows(
    `SELECT p.id, count(*) AS begun FROM users_userprogress p JOIN rewards_achievement a ON a.user_id = p.user_id
     WHERE p.id BETWEEN ${Number(records[0]?.pk)} AND ${Number(records.at(-1)?.pk)} GROUP BY p.id`,
  );
  const counts = new Map(rows.map((row) => [Number(row.id), Number(row.begun)]));
  for (const { pk, fields } of records) fields.achievements_earned = counts.get(pk as number) ?? 0;
}

/** Refuses a second achievement of the same type for a person and course, and also without a course. */
async function refuseDuplicateAchievements(load: Loading): Promise<void> {
  const isDuplicateSql = `EXISTS (SELECT 1 FROM load_rewards_achievement o WHERE o.user_id = s.user_id
    AND o.achievement_type = s.achievement_type AND COALESCE(o.course_id, 0) = COALESCE(s.course_id, 0)
    AND o.load_place < s.load_place)`;
  if (!load.has('rewards.achievement')) return;
  await load.run('CREATE INDEX load_achievement_user ON load_rewards_achievement (user_id)');
  await load.refuseWhere('rewards.achievement', isDuplicateSql, 'duplicate: this person already has this achievement');
  await load.refuseWhere(
    'rewards.achievement',
    's.progress < 0 OR s.progress > 100',
    'must be between 0 and 100',
    'progress',
  );
}
