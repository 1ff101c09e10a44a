import { z } from 'zod';
import { wholeNumber } from '../../platform/config/setting-types';

export const rewardSettings = {
  schema: z.object({
    /** TeoCoins that one administrator can give in a day (UTC) without a confirmation by a second administrator. */
    STAFF_DAILY_COINS: wholeNumber(10_000, 0, 2_000_000_000),
    /** Number of days after the registration during which an account is young. */
    YOUNG_ACCOUNT_DAYS: wholeNumber(7, 0, 3_650),
    /** TeoCoins that a young account can send and withdraw in a day (UTC), both together. */
    YOUNG_ACCOUNT_DAILY_COINS: wholeNumber(100, 0, 2_000_000_000),
    /** A transfer of more TeoCoins needs a recent proof. */
    TRANSFER_PROOF_COINS: wholeNumber(500, 0, 2_000_000_000),
    TRANSFERS_PER_PAIR_A_DAY: wholeNumber(10, 1, 1_000_000),
    /** An account that earns more TeoCoins than this in an hour is reported. */
    UNUSUAL_COINS_AN_HOUR: wholeNumber(500, 1, 2_000_000_000),
    /** An account that receives coins from at least this many young accounts in a week is reported. */
    UNUSUAL_YOUNG_SENDERS: wholeNumber(5, 2, 1_000_000),
  }),
};
