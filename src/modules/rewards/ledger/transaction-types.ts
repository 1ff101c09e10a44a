/** The sign of each type of coin movement: +1 adds the amount to the person's balance, −1 takes it. */
const signByType = {
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

export type TransactionType = keyof typeof signByType;
export const transactionTypes = Object.keys(signByType) as TransactionType[];

export function signOf(type: TransactionType): 1 | -1 {
  return signByType[type];
}

/** Types of rewards for completed work. There is at most one row for each (person, type, object, epoch). */
export const rewardTypes = [
  'earned_lesson',
  'earned_exercise',
  'earned_course',
  'earned_achievement',
  'streak_bonus',
] as const;
export type RewardType = (typeof rewardTypes)[number];

/** Types that count as earned in a learner's totals, unless they were reversed. */
export const earningTypes = [...rewardTypes, 'manual_reward', 'bulk_reward'] as const;

export const transferTypes = ['transfer_sent', 'transfer_received'] as const;
export const reversalTypes = ['reversal_credit', 'reversal_debit'] as const;

/** Reversals, movements that the blockchain decides, and coins forfeited with a closed account are final. */
const irreversibleTypes: readonly TransactionType[] = [
  ...reversalTypes,
  'withdrawal',
  'withdrawal_refund',
  'deposit',
  'forfeiture',
];
export const isReversible = (type: TransactionType): boolean => !irreversibleTypes.includes(type);

const apiTypeByStoredType = {
  admin_adjustment_credit: 'admin_adjustment',
  admin_adjustment_debit: 'admin_adjustment',
  reversal_credit: 'reversal',
  reversal_debit: 'reversal',
} as const;
type SignedPairType = keyof typeof apiTypeByStoredType;
export type ApiType = Exclude<TransactionType, SignedPairType> | (typeof apiTypeByStoredType)[SignedPairType];

/** The type that the API shows. It has one type for adjustments and one for reversals, of both signs. */
export function apiTypeOf(type: TransactionType): ApiType {
  return type in apiTypeByStoredType
    ? apiTypeByStoredType[type as SignedPairType]
    : (type as Exclude<TransactionType, SignedPairType>);
}
export const apiTypes = [...new Set(transactionTypes.map(apiTypeOf))] as [ApiType, ...ApiType[]];

export function storedTypesOf(apiType: ApiType): TransactionType[] {
  return transactionTypes.filter((type) => apiTypeOf(type) === apiType);
}

/** An SQL condition on the type column: `transaction_type IN (…)`. */
export function typeInSql(types: readonly TransactionType[], column = 'transaction_type'): string {
  return `${column} IN (${types.map((type) => `'${type}'`).join(', ')})`;
}

/** An SQL expression for the amount of a row with its sign. */
export function signedAmountSql(alias = ''): string {
  const prefix = alias === '' ? '' : `${alias}.`;
  const debitTypes = transactionTypes.filter((type) => signOf(type) === -1);
  const isDebitSql = typeInSql(debitTypes, `${prefix}transaction_type`);
  return `CASE WHEN ${isDebitSql} THEN -${prefix}amount ELSE ${prefix}amount END`;
}
