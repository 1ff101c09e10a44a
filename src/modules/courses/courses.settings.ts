import { z } from 'zod';
import { wholeNumber } from '../../platform/config/setting-types';

/** The largest reward, in TeoCoins, that one lesson, exercise or course pays. */
export const courseSettings = {
  schema: z.object({
    MAX_LESSON_REWARD: wholeNumber(50, 0, 10_000),
    MAX_EXERCISE_REWARD: wholeNumber(100, 0, 10_000),
    MAX_COURSE_REWARD: wholeNumber(500, 0, 10_000),
  }),
};
