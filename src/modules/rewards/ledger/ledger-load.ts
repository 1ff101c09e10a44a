import type { BulkColumn } from '../../../platform/database/bulk';
import type { Loading } from '../../../platform/data/data-rules';
import { rewardTypes, signedAmount, typeIn } from './transaction-types';

const label = 'rewards.teocointransaction';
const stage = 'load_rewards_teocointransaction';
const ledger = 'rewards_teocointransaction';

/** A UUID (version 8) that follows from a number: the same file gives the same operations. */
const operationOf = (id: string): string =>
  `'00000000-0000-8000-8000-' || substr(CAST(1000000000000 + ${id} AS text), 2)`;

/** What cannot stand in the ledger; and what can, once it is put right. */
export async function checkLedger(load: Loading): Promise<void> {
  if (!load.has(label)) return;
  await load.refuseWhere(label, 's.amount <= 0', 'must be positive: the type says which way', 'amount');
  await load.refuseWhere(label, 's.recipient_id = s.user_id', 'a transfer to oneself', 'recipient');
  const hash = "s.blockchain_tx_hash <> '' AND length(s.blockchain_tx_hash) <> 66";
  await load.refuseWhere(label, hash, 'no hash of a transaction: 66 characters', 'blockchain_tx_hash');
  const unconfirmed = "s.is_blockchain_confirmed AND s.blockchain_tx_hash = ''";
  await load.refuseWhere(label, unconfirmed, 'confirmed without a hash', 'is_blockchain_confirmed');
  await load.refuseWhere('users.user', 's.teo_coins < 0', 'a balance below zero', 'teo_coins');
}

/** Rows of another system that cannot stand as they are, and have one meaning only. */
export async function putTransfersRight(load: Loading): Promise<void> {
  const noRecipient = 'recipient_id IS NULL AND recipient_id__key IS NULL AND NOT load_ours';
  const gone = await load.run(
    `UPDATE ${stage} SET transaction_type = 'spent' WHERE transaction_type = 'transfer_sent' AND ${noRecipient}`,
  );
  load.noteCount(gone, (n) => `${label}: ${n} transfers to people who are gone became coins spent`);
  const own = await load.run(
    `UPDATE ${stage} SET recipient_id = NULL
     WHERE transaction_type = 'transfer_received' AND recipient_id = user_id AND NOT load_ours`,
  );
  load.noteCount(
    own,
    (n) => `${label}: ${n} transfers received named their own person as the recipient: the name is dropped`,
  );
  const strangers = await load.run(
    `UPDATE ${stage} SET recipient_id = NULL WHERE transaction_type <> 'transfer_sent' AND recipient_id IS NOT NULL AND NOT load_ours`,
  );
  load.noteCount(strangers, (n) => `${label}: ${n} rows named a recipient and were no transfers: the name is dropped`);
}

/**
 * Writes the staged rows. Those that came with our own fields stand as they are. Others are given the other side of a
 * transfer, their places and the balances after them, by time and number; where a person's rows do not give their balance,
 * or go below zero on the way, the difference is an adjustment before the first of them (and one after the last).
 */
export async function writeLedger(load: Loading): Promise<void> {
  await prepare(load);
  await copyRows(load);
  await otherSides(load);
  await adjustments(load);
  await insert(load);
  await insertOwn(load);
  await balances(load);
}

const columns: BulkColumn[] = [
  ...['id', 'user_id', 'amount', 'recipient_id', 'related_object_id', 'operation'].map((name): BulkColumn => ({
    name,
    kind: 'int',
  })),
  { name: 'transaction_type', kind: 'text' },
  { name: 'description', kind: 'text' },
  { name: 'related_object_type', kind: 'text' },
  { name: 'blockchain_tx_hash', kind: 'text' },
  { name: 'is_blockchain_confirmed', kind: 'bool' },
  { name: 'created_at', kind: 'instant' },
  // 0: before everything, 1: a row, 2: after everything.
  { name: 'turn', kind: 'int' },
];
const names = columns.map(({ name }) => name);

async function prepare(load: Loading): Promise<void> {
  const { types, dropOnCommitSql } = load.database.dialect.bulk;
  const list = columns.map(({ name, kind }) => `${name} ${types[kind]}`).join(', ');
  await load.run('DROP TABLE IF EXISTS load_legs');
  await load.run(`CREATE TEMP TABLE load_legs (${list}) ${dropOnCommitSql}`);
}

async function copyRows(load: Loading): Promise<void> {
  const shared = names.filter((name) => name !== 'operation' && name !== 'turn').join(', ');
  await load.run(
    `INSERT INTO load_legs (${shared}, operation, turn) SELECT ${shared}, id, 1 FROM ${stage} WHERE NOT load_ours`,
  );
  await load.run('CREATE INDEX load_legs_operation ON load_legs (operation)');
  await load.run('CREATE INDEX load_legs_id ON load_legs (id)');
}

/** A transfer of one row has another side, for who received it; where that has a row of its own, the two find each other. */
async function otherSides(load: Loading): Promise<void> {
  const ranked = (type: string, to: string): string =>
    `SELECT id, ${to} AS person, amount, row_number() OVER (PARTITION BY ${to}, amount ORDER BY created_at, id) AS place
     FROM load_legs WHERE transaction_type = '${type}'`;
  await load.run(
    `UPDATE load_legs SET operation = v.operation FROM (
       SELECT r.id, s.id AS operation FROM (${ranked('transfer_received', 'user_id')}) AS r
       JOIN (${ranked('transfer_sent', 'recipient_id')}) AS s
         ON s.person = r.person AND s.amount = r.amount AND s.place = r.place) AS v
     WHERE v.id = load_legs.id`,
  );
  await load.run(
    `INSERT INTO load_legs (${names.join(', ')})
     SELECT ${await nextId(load)} + row_number() OVER (ORDER BY s.id), s.recipient_id, s.amount, NULL, s.related_object_id, s.id,
       'transfer_received', s.description, s.related_object_type, s.blockchain_tx_hash, s.is_blockchain_confirmed, s.created_at, 1
     FROM load_legs s WHERE s.transaction_type = 'transfer_sent' AND NOT EXISTS (
       SELECT 1 FROM load_legs r WHERE r.operation = s.id AND r.transaction_type = 'transfer_received')`,
  );
}

const nextId = (load: Loading): Promise<number> =>
  load.number(
    `SELECT COALESCE(max(n), 0) AS n FROM (SELECT max(id) AS n FROM ${ledger} UNION ALL SELECT max(id) FROM load_legs
       UNION ALL SELECT max(id) FROM ${stage}) AS all_of_them`,
  );

/** Per person: what they have now, what their rows give, the lowest point on the way, and what the file says they have. */
const standing = `SELECT u.id AS user_id, u.teo_coins AS before, COALESCE(f.total, 0) AS total,
    CASE WHEN COALESCE(f.lowest, 0) < 0 THEN f.lowest ELSE 0 END AS lowest,
    COALESCE(t.teo_coins, u.teo_coins + COALESCE(f.total, 0)) AS target,
    COALESCE(f.first_at, u.created_at) AS first_at, COALESCE(f.last_at, u.created_at) AS last_at
  FROM users_user u
  LEFT JOIN (SELECT user_id, max(CASE WHEN up = 1 THEN running END) AS total, min(running) AS lowest,
      min(created_at) AS first_at, max(created_at) AS last_at FROM (
      SELECT user_id, created_at, sum(${signedAmount()}) OVER (PARTITION BY user_id ORDER BY created_at, id) AS running,
        row_number() OVER (PARTITION BY user_id ORDER BY created_at DESC, id DESC) AS up FROM load_legs) AS steps
    GROUP BY user_id) AS f ON f.user_id = u.id
  LEFT JOIN load_users_user t ON t.id = u.id AND NOT t.load_ours
  WHERE f.user_id IS NOT NULL OR t.id IS NOT NULL`;

async function adjustments(load: Loading): Promise<void> {
  const { types, dropOnCommitSql } = load.database.dialect.bulk;
  await load.run('DROP TABLE IF EXISTS load_standing');
  const typed = ['user_id', 'opening', 'closing'].map((name) => `${name} ${types.int}`);
  const moments = ['first_at', 'last_at'].map((name) => `${name} ${types.instant}`);
  await load.run(`CREATE TEMP TABLE load_standing (${[...typed, ...moments].join(', ')}) ${dropOnCommitSql}`);
  await load.run(
    `INSERT INTO load_standing (user_id, opening, closing, first_at, last_at)
     SELECT user_id, opening, before + total + opening - target, first_at, last_at FROM (
       SELECT w.*, CASE WHEN target - before - total > needed THEN target - before - total ELSE needed END AS opening
       FROM (SELECT s.*, CASE WHEN before + lowest < 0 THEN -(before + lowest) ELSE 0 END AS needed FROM (${standing}) AS s) AS w
     ) AS opened`,
  );
  await adjust(load, 'opening', 'credit', 0, 'Opening balance');
  await adjust(load, 'closing', 'debit', 2, 'Closing of the books brought over');
}

async function adjust(
  load: Loading,
  which: 'opening' | 'closing',
  side: string,
  turn: number,
  why: string,
): Promise<void> {
  const at = which === 'opening' ? 'first_at' : 'last_at';
  const count = await load.run(
    `INSERT INTO load_legs (id, user_id, amount, operation, transaction_type, description, blockchain_tx_hash,
       is_blockchain_confirmed, created_at, turn)
     SELECT $1 + row_number() OVER (ORDER BY user_id), user_id, ${which}, $1 + row_number() OVER (ORDER BY user_id),
       'admin_adjustment_${side}', '${why}: the balance did not equal its transactions', '', $2, ${at}, ${turn}
     FROM load_standing WHERE ${which} > 0`,
    [await nextId(load), false],
  );
  const sum = await load.number(`SELECT COALESCE(sum(${which}), 0) AS n FROM load_standing`);
  const lost = `balances that did not equal their rows: ${count} ${which} adjustments, ${sum} TeoCoins`;
  load.noteCount(count, () => `${label}: ${lost}`);
}

async function insert(load: Loading): Promise<void> {
  const isReward = `${typeIn(rewardTypes)} AND related_object_id IS NOT NULL AND related_object_type IS NOT NULL`;
  await load.run(
    `INSERT INTO ${ledger} (id, user_id, transaction_type, amount, description, recipient_id, related_object_type,
       related_object_id, blockchain_tx_hash, is_blockchain_confirmed, created_at, sequence, balance_after, operation_id,
       reward_epoch)
     SELECT l.id, user_id, transaction_type, amount, description, recipient_id, related_object_type, related_object_id,
       blockchain_tx_hash, is_blockchain_confirmed, l.created_at,
       u.teo_sequence + row_number() OVER (PARTITION BY user_id ORDER BY turn, l.created_at, l.id),
       u.teo_coins + sum(${signedAmount()}) OVER (PARTITION BY user_id ORDER BY turn, l.created_at, l.id),
       ${operationOf('operation')},
       CASE WHEN ${isReward} THEN ${epochs} ELSE 0 END
     FROM load_legs l JOIN users_user u ON u.id = l.user_id ORDER BY l.id`,
  );
  const repeated = await load.number(
    `SELECT count(*) AS n FROM ${ledger} t JOIN load_legs l ON l.id = t.id WHERE t.reward_epoch > 0`,
  );
  load.noteCount(repeated, (n) => `${label}: ${n} rewards were paid more than once for the same thing, and stay paid`);
}

/** A reward paid a second time for the same thing is one of a second season: the first stays the only one of the first. */
const epochs = `row_number() OVER (PARTITION BY user_id, transaction_type, related_object_type, related_object_id
    ORDER BY l.created_at, l.id) - 1 + COALESCE((SELECT max(e.reward_epoch) + 1 FROM ${ledger} e
    WHERE e.user_id = l.user_id AND e.transaction_type = l.transaction_type AND e.related_object_type = l.related_object_type
      AND e.related_object_id = l.related_object_id), 0)`;

async function insertOwn(load: Loading): Promise<void> {
  const list = `id, user_id, transaction_type, amount, description, recipient_id, related_object_type, related_object_id,
    blockchain_tx_hash, is_blockchain_confirmed, created_at, sequence, balance_after, operation_id, idempotency_key,
    request_hash, reward_epoch, reverses_id, actor_id`;
  await load.run(`INSERT INTO ${ledger} (${list}) SELECT ${list} FROM ${stage} WHERE load_ours ORDER BY id`);
}

/** What people have is what their last row says; a file of ours that says otherwise is refused. */
async function balances(load: Loading): Promise<void> {
  await load.run(
    `UPDATE users_user SET teo_coins = t.balance_after, teo_sequence = t.sequence FROM ${ledger} t
     JOIN (SELECT user_id, max(sequence) AS last FROM ${ledger} GROUP BY user_id) AS l
       ON l.user_id = t.user_id AND l.last = t.sequence
     WHERE t.user_id = users_user.id AND (users_user.teo_sequence <> t.sequence OR users_user.teo_coins <> t.balance_after)`,
  );
  await load.refuseWhere(
    'users.user',
    's.load_ours AND EXISTS (SELECT 1 FROM users_user u WHERE u.id = s.id AND u.teo_coins <> s.teo_coins)',
    'the balance does not equal the transactions',
    'teo_coins',
  );
}
