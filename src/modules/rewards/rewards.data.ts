import { Injectable } from '@nestjs/common';
import { DataRegistry } from '../../platform/data/data-registry';
import type { Snapshot } from '../../platform/database/bulk';
import type { DataRules, Fields, ForeignModel, Loading, Page, Sum } from '../../platform/data/data-rules';
import { LearnerTotals } from '../progress';
import { builtInRules } from './achievements/built-in-rules';
import { LedgerAudit } from './audit/ledger-audit';
import { writeLedger } from './ledger/import/ledger-import';
import { checkLedger, repairTransfers } from './ledger/import/staged-transactions';
import { earningTypes, signOf, transactionTypes, typeInSql } from './ledger/transaction-types';

const transactionLabel = 'rewards.teocointransaction';
/** The apps of the Django system. */
const foreignApps = new Set(['users', 'courses', 'rewards', 'notifications']);
/** The models of these apps that the Django system does not have. */
const ownModelPattern = /^rewards\.(withdrawal|deposit|payout|wallet)/;

const transaction: ForeignModel = {
  label: transactionLabel,
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
  exportFields: async (records) => {
    for (const { fields } of records) removeUnknownObject(fields);
  },
};

const achievement: ForeignModel = {
  label: 'rewards.achievement',
  table: 'rewards_achievement',
  fields: ['user', 'achievement_type', 'course', 'earned_at', 'progress', 'metadata'],
  identity: ['user_id', 'achievement_type', 'course_id'],
  choices: { achievement_type: { known: builtInRules.map(({ type }) => type), open: true } },
  defaults: { metadata: {}, progress: 100 },
};

/** Returns the type for the sign of a Django amount, because here each sign has its own type and amounts are always positive. */
function signedTypeFields({ transaction_type: type, amount }: Fields): Fields {
  if (type !== 'admin_adjustment' && type !== 'reversal') return {};
  // A reversal of the Django system does not name the transaction that it reverses, so it is imported as an adjustment.
  const direction = Number(amount) < 0 ? 'debit' : 'credit';
  const positiveAmount = typeof amount === 'number' ? Math.abs(amount) : amount;
  return { transaction_type: `admin_adjustment_${direction}`, amount: positiveAmount };
}

/** Removes a related object whose model does not exist in the Django system. */
function removeUnknownObject(fields: Fields): void {
  const model = fields.related_object_type;
  if (!Array.isArray(model)) return;
  const isKnown = foreignApps.has(model[0] as string) && !ownModelPattern.test(model.join('.'));
  if (!isKnown) Object.assign(fields, { related_object_type: null, related_object_id: null });
}

const balanceSum: Sum = { model: 'users.user', field: 'teo_coins' };
const ledgerSum: Sum = {
  model: transactionLabel,
  field: 'amount',
  takenWhere: { field: 'transaction_type', values: transactionTypes.filter((type) => signOf(type) < 0) },
};

/** A dump of this application cannot be merged, because a ledger is complete only together with its state on the chain. */
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
  readonly sums = { 'ledger sum': ledgerSum, 'sum of balances': balanceSum };
  /** Without the ledger sum, because the Django system has one row for a transfer and its rows do not add up to the balances. */
  readonly foreignSums = { 'sum of balances': balanceSum };
  readonly exportExtensions = { 'users.userprogress': countAchievements };

  constructor(
    registry: DataRegistry,
    private readonly audit: LedgerAudit,
    private readonly totals: LearnerTotals,
  ) {
    registry.register(this);
  }

  async check(load: Loading): Promise<void> {
    if (load.merging) await load.refuseWhere(transactionLabel, 's.load_ours', ownLedgerReason);
    await checkLedger(load);
    await refuseDuplicateAchievements(load);
  }

  /** Writes the ledger also if the file has no transactions, because people in the file can have balances. */
  async computeDerived(load: Loading): Promise<void> {
    if (!load.has(transactionLabel) && load.has('users.user')) await writeLedger(load);
    const coinsSql = `COALESCE((SELECT sum(t.amount) FROM rewards_teocointransaction t
      WHERE t.user_id = p.user_id AND ${typeInSql(earningTypes, 't.transaction_type')}
        AND NOT EXISTS (SELECT 1 FROM rewards_teocointransaction r WHERE r.reverses_id = t.id)), 0)`;
    const achievementsSql =
      '(SELECT count(*) FROM rewards_achievement a WHERE a.user_id = p.user_id AND a.progress = 100)';
    const changedCount = await this.totals.correct(load, { coinsSql, achievementsSql });
    load.noteCount(
      changedCount,
      (count) => `users.userprogress: the totals of ${count} people were computed from their rows`,
    );
  }

  async verify(load: Loading): Promise<void> {
    const { violations } = await this.audit.checkRows();
    for (const violation of violations)
      load.refuse({ model: transactionLabel, reason: this.audit.describeViolation(violation) });
  }
}

/** Exports the number of all achievements, because the Django system also counts those that are still in progress. */
async function countAchievements(records: Page, snapshot: Snapshot): Promise<void> {
  const rows = await snapshot.rows(
    `SELECT p.id, count(*) AS achievement_count FROM users_userprogress p JOIN rewards_achievement a ON a.user_id = p.user_id
     WHERE p.id BETWEEN ${Number(records[0]?.pk)} AND ${Number(records.at(-1)?.pk)} GROUP BY p.id`,
  );
  const counts = new Map(rows.map((row) => [Number(row.id), Number(row.achievement_count)]));
  for (const { pk, fields } of records) fields.achievements_earned = counts.get(pk as number) ?? 0;
}

/** Refuses a second achievement of the same person, type and course. Two achievements without a course are duplicates too. */
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
