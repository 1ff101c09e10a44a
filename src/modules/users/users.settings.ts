import { z } from 'zod';
import { wholeNumber } from '../../platform/config/setting-types';

export const userSettings = {
  schema: z.object({
    /** A session that is not refreshed for this long ends. */
    SESSION_IDLE_DAYS: wholeNumber(14, 1, 30),
    /** Security events are kept for this long. */
    SECURITY_EVENT_DAYS: wholeNumber(365, 31, 3_650),
  }),
};
