import { z } from 'zod';
import type { Config } from '../../platform/config/config';
import { list, wholeNumber } from '../../platform/config/setting-types';

export const userSettings = {
  schema: z.object({
    /** A session that is not refreshed for this long ends. */
    SESSION_IDLE_DAYS: wholeNumber(14, 1, 30),
    /** The page of the front end on which a person sets a new password with a one-time link. The token is added as a fragment. */
    PASSWORD_RESET_URL: z.url({ protocol: /^https?$/ }).optional(),
    /** The page of the front end on which a person confirms an address. The token is added as a fragment. */
    EMAIL_VERIFICATION_URL: z.url({ protocol: /^https?$/ }).optional(),
    /** Lookups by username that a person can make in a minute, in each process. A transfer by username counts too. */
    PEOPLE_LOOKUPS_PER_MINUTE: wholeNumber(20, 1, 1_000_000),
    /** Security events are kept for this long. */
    SECURITY_EVENT_DAYS: wholeNumber(365, 31, 3_650),
    /** After this time everything personal of a person who has asked to leave is removed. Until then they come back by signing in. */
    LEAVING_COOL_OFF_DAYS: wholeNumber(14, 1, 90),
    /** The domain that passkeys belong to: that of PUBLIC_URL, or one above it. A change makes all passkeys useless. */
    PASSKEY_DOMAIN: z.hostname().optional(),
    /** The origins of the pages that may use passkeys. Default: that of PUBLIC_URL, and CORS_ORIGINS. */
    PASSKEY_ORIGINS: list.pipe(z.array(z.url({ protocol: /^https?$/ }))),
    /** Whether administrators must have a second factor. The default depends on NODE_ENV. */
    ADMIN_SECOND_FACTOR: z.enum(['required', 'offered']).optional(),
  }),
};

/** In production administrators need a second factor, unless the school decides otherwise. The demo school works without one. */
export function requiresSecondFactor(config: Config): boolean {
  const { ADMIN_SECOND_FACTOR: setting } = config.of(userSettings);
  return setting === undefined ? config.isProduction : setting === 'required';
}
