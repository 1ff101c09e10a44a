/** Every kind of coin movement, with its sign: +1 gives to the row's person, −1 takes. */
const signs = {
  earned_lesson: 1,
  earned_exercise: 1,
  earned_course: 1,
  earned_achievement: 1,
  transfer_sent: -1,
  transfer_received: 1,
  manual_reward: 1,
  bulk_reward: 1,
  admin_adjustment_credit: 1,
  admin_adjustment_debit: -1,
  streak_bonus: 1,
  spent: -1,
  refund: 1,
  withdrawal: -1,
  withdrawal_refund: 1,
  deposit: 1,
  reversal_credit: 1,
  reversal_debit: -1,
  forfeiture: -1,
} as const;

export type TransactionType = keyof typeof signs;
export const transactionTypes = Object.keys(signs) as TransactionType[];

export function signOf(type: TransactionType): 1 | -1 {
  return signs[type];
}

/** The types that reward something done: at most one row for each (person, type, object, epoch). */
export const rewardTypes = [
  'earned_lesson',
  'earned_exercise',
  'earned_course',
  'earned_achievement',
  'streak_bonus',
] as const;
export type RewardType = (typeof rewardTypes)[number];

/** What counts as earned in a learner's totals, less what of it was reversed. */
export const earningTypes = [...rewardTypes, 'manual_reward', 'bulk_reward'] as const;

export const transferTypes = ['transfer_sent', 'transfer_received'] as const;
export const reversalTypes = ['reversal_credit', 'reversal_debit'] as const;

/** Final: a reversal itself, what the blockchain decides, and what was given up with an account. */
const irreversibleTypes: readonly TransactionType[] = [
  ...reversalTypes,
  'withdrawal',
  'withdrawal_refund',
  'deposit',
  'forfeiture',
];
export const isReversible = (type: TransactionType): boolean => !irreversibleTypes.includes(type);

const twoSided = {
  admin_adjustment_credit: 'admin_adjustment',
  admin_adjustment_debit: 'admin_adjustment',
  reversal_credit: 'reversal',
  reversal_debit: 'reversal',
} as const;
type TwoSided = keyof typeof twoSided;
export type ShownType = Exclude<TransactionType, TwoSided> | (typeof twoSided)[TwoSided];

/** The type as people see it: adjustments and reversals are one type each, whatever their sign. */
export function shownType(type: TransactionType): ShownType {
  return type in twoSided ? twoSided[type as TwoSided] : (type as Exclude<TransactionType, TwoSided>);
}
export const shownTypes = [...new Set(transactionTypes.map(shownType))] as [ShownType, ...ShownType[]];

export function typesShownAs(shown: ShownType): TransactionType[] {
  return transactionTypes.filter((type) => shownType(type) === shown);
}

/** A condition on the type column: `transaction_type IN (…)`. */
export function typeIn(types: readonly TransactionType[], column = 'transaction_type'): string {
  return `${column} IN (${types.map((type) => `'${type}'`).join(', ')})`;
}

/** A row's amount with its sign, as an SQL expression. */
export function signedAmount(alias = ''): string {
  const prefix = alias && `${alias}.`;
  const taking = transactionTypes.filter((type) => signOf(type) === -1);
  return `CASE WHEN ${typeIn(taking, `${prefix}transaction_type`)} THEN -${prefix}amount ELSE ${prefix}amount END`;
}
