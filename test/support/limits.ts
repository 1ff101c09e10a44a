/** Settings that turn off the limits of coins, because test accounts are new and move many coins. Tests of a limit set it again. */
export const withoutCoinLimits = {
  YOUNG_ACCOUNT_DAYS: '0',
  TRANSFERS_PER_PAIR_A_DAY: '1000000',
  STAFF_DAILY_COINS: '2000000000',
  MAX_LESSON_REWARD: '10000',
  MAX_EXERCISE_REWARD: '10000',
  MAX_COURSE_REWARD: '10000',
};
