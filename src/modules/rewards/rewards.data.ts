import { Injectable } from '@nestjs/common';
import { DataRegistry } from '../../platform/data/data-registry';
import type { Snapshot } from '../../platform/database/bulk';
import type { DataRules, Fields, ForeignModel, Loading, Page, Sum } from '../../platform/data/data-rules';
import { builtInRules } from './achievements/built-in-rules';
import { LedgerAudit } from './audit/ledger-audit';
import { checkLedger, putTransfersRight, writeLedger } from './ledger/ledger-load';
import { earningTypes, signOf, transactionTypes, typeIn } from './ledger/transaction-types';

const label = 'rewards.teocointransaction';
const kinds = new Set(['users', 'courses', 'rewards', 'notifications']);
const ownKinds = /^rewards\.(withdrawal|deposit|payout|wallet)/;

const transaction: ForeignModel = {
  label,
  table: 'rewards_teocointransaction',
  fields: [
    ...['user', 'transaction_type', 'amount', 'description', 'recipient', 'related_object_type', 'related_object_id'],
    ...['blockchain_tx_hash', 'is_blockchain_confirmed', 'created_at'],
  ],
  choices: { transaction_type: { known: [...transactionTypes, 'admin_adjustment', 'reversal'] } },
  relatedObject: { type: 'related_object_type', id: 'related_object_id' },
  // Not what it is related to: that may have another number, or none.
  identity: ['user_id', 'transaction_type', 'amount', 'created_at', 'description'],
  prepare: putTransfersRight,
  appendOnly: ['user_id', 'transaction_type', 'amount', 'created_at'],
  importFields: (fields) => ({ ...fields, ...oneSided(fields) }),
  write: (load) => writeLedger(load),
  // The row of who sent it stands for both sides.
  exportedWhere: "t.transaction_type <> 'transfer_received'",
  exportFields: async (records) => records.forEach(({ fields }) => forgetOwnKinds(fields)),
};

const achievement: ForeignModel = {
  label: 'rewards.achievement',
  table: 'rewards_achievement',
  fields: ['user', 'achievement_type', 'course', 'earned_at', 'progress', 'metadata'],
  identity: ['user_id', 'achievement_type', 'course_id'],
  choices: { achievement_type: { known: builtInRules.map(({ type }) => type), open: true } },
  defaults: { metadata: {}, progress: 100 },
};

/** Two types of either sign are two types each, here, so that an amount is always positive. */
function oneSided({ transaction_type: type, amount }: Fields): Fields {
  if (type !== 'admin_adjustment' && type !== 'reversal') return {};
  // A reversal of another system points at nothing: it is a correction like any other.
  const side = Number(amount) < 0 ? 'debit' : 'credit';
  return {
    transaction_type: `admin_adjustment_${side}`,
    amount: typeof amount === 'number' ? Math.abs(amount) : amount,
  };
}

/** What the other system has no word for. */
function forgetOwnKinds(fields: Fields): void {
  const kind = fields.related_object_type;
  if (!Array.isArray(kind)) return;
  const known = kinds.has(kind[0] as string) && !ownKinds.test(kind.join('.'));
  if (!known) Object.assign(fields, { related_object_type: null, related_object_id: null });
}

const balances: Sum = { model: 'users.user', field: 'teo_coins' };
const ledger: Sum = {
  model: label,
  field: 'amount',
  takenWhere: { field: 'transaction_type', values: transactionTypes.filter((type) => signOf(type) < 0) },
};

/** The order and balances of a ledger, and what a school has on a chain, are one whole that no other school takes in part. */
export const ownBooksReason =
  'another school of ours keeps books of its own: they go into an empty database only, or without ours by --django';

/** The ledger and the achievements. Balances follow from the ledger, whatever a file says of them. */
@Injectable()
export class RewardsData implements DataRules {
  readonly models = [transaction, achievement];
  readonly excludedTables = {
    rewards_staffday: 'What an administrator has given today, gone tomorrow',
    rewards_unusualaccount: 'Found again by its job within a quarter of an hour',
  };
  readonly sums = { 'ledger sum': ledger, 'sum of balances': balances };
  /** There a transfer is one row, which is no loss to anybody: rows do not add up to balances. */
  readonly foreignSums = { 'sum of balances': balances };
  readonly exportExtensions = { 'users.userprogress': countAchievements };

  constructor(
    registry: DataRegistry,
    private readonly audit: LedgerAudit,
  ) {
    registry.register(this);
  }

  async check(load: Loading): Promise<void> {
    if (load.merging) await load.refuseWhere(label, 's.load_ours', ownBooksReason);
    await checkLedger(load);
    await refuseTwinAchievements(load);
  }

  /** People without a row in the file have a balance, too. */
  async computeDerived(load: Loading): Promise<void> {
    if (!load.has(label) && load.has('users.user')) await writeLedger(load);
    const earned = `COALESCE((SELECT sum(t.amount) FROM rewards_teocointransaction t
      WHERE t.user_id = p.user_id AND ${typeIn(earningTypes, 't.transaction_type')}
        AND NOT EXISTS (SELECT 1 FROM rewards_teocointransaction r WHERE r.reverses_id = t.id)), 0)`;
    const achieved = '(SELECT count(*) FROM rewards_achievement a WHERE a.user_id = p.user_id AND a.progress = 100)';
    const changed = await load.run(
      `UPDATE users_userprogress AS p SET total_teocoins_earned = ${earned}, achievements_earned = ${achieved}
       WHERE p.total_teocoins_earned <> ${earned} OR p.achievements_earned <> ${achieved}`,
    );
    load.noteCount(changed, (n) => `users.userprogress: what ${n} people earned was counted from the rows`);
  }

  async verify(load: Loading): Promise<void> {
    const { violations } = await this.audit.books();
    for (const { invariant, userId, transactionId, detail } of violations)
      load.refuse({ model: label, reason: `${invariant}: ${detail} (person ${userId}, transaction ${transactionId})` });
  }
}

/** The other system counts those that are under way, too. */
async function countAchievements(records: Page, snapshot: Snapshot): Promise<void> {
  const rows = await snapshot.rows(
    `SELECT p.id, count(*) AS begun FROM users_userprogress p JOIN rewards_achievement a ON a.user_id = p.user_id
     WHERE p.id BETWEEN ${Number(records[0]?.pk)} AND ${Number(records.at(-1)?.pk)} GROUP BY p.id`,
  );
  const counts = new Map(rows.map((row) => [Number(row.id), Number(row.begun)]));
  for (const { pk, fields } of records) fields.achievements_earned = counts.get(pk as number) ?? 0;
}

/** Once each for a person and a course; and once where there is no course, which a plain constraint does not say. */
async function refuseTwinAchievements(load: Loading): Promise<void> {
  const twins = `EXISTS (SELECT 1 FROM load_rewards_achievement o WHERE o.user_id = s.user_id
    AND o.achievement_type = s.achievement_type AND COALESCE(o.course_id, 0) = COALESCE(s.course_id, 0)
    AND o.load_place < s.load_place)`;
  if (!load.has('rewards.achievement')) return;
  await load.run('CREATE INDEX load_achievement_user ON load_rewards_achievement (user_id)');
  await load.refuseWhere('rewards.achievement', twins, 'duplicate: this person has this achievement already');
  await load.refuseWhere(
    'rewards.achievement',
    's.progress < 0 OR s.progress > 100',
    'not between 0 and 100',
    'progress',
  );
}
