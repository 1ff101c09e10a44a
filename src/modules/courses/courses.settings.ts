import { z } from 'zod';
import { whole } from '../../platform/config/setting-types';

/** The largest reward, in TeoCoins, that one lesson, exercise or course pays. */
export const courseSettings = {
  schema: z.object({
    MAX_LESSON_REWARD: whole(50, 0, 10_000),
    MAX_EXERCISE_REWARD: whole(100, 0, 10_000),
    MAX_COURSE_REWARD: whole(500, 0, 10_000),
  }),
};
