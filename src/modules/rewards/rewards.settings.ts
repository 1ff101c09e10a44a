import { z } from 'zod';
import { wholeNumber } from '../../platform/config/setting-types';

export const rewardSettings = {
  schema: z.object({
    /** TeoCoins that one administrator gives in a day without a second one. */
    STAFF_DAILY_COINS: wholeNumber(10_000, 0, 2_000_000_000),
    /** An account is young for so many days after its registration. */
    YOUNG_ACCOUNT_DAYS: wholeNumber(7, 0, 3_650),
    /** TeoCoins that a young account sends and withdraws in a day. */
    YOUNG_ACCOUNT_DAILY_COINS: wholeNumber(100, 0, 2_000_000_000),
    TRANSFERS_PER_PAIR_A_DAY: wholeNumber(10, 1, 1_000_000),
    /** Earning more TeoCoins than this in an hour is reported. */
    UNUSUAL_COINS_AN_HOUR: wholeNumber(500, 1, 2_000_000_000),
    /** Receiving from so many young accounts is reported. */
    UNUSUAL_YOUNG_SENDERS: wholeNumber(5, 2, 1_000_000),
  }),
};
