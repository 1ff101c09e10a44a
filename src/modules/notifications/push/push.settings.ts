import { z } from 'zod';
import { list } from '../../../platform/config/setting-types';

/** The services of the browsers Chrome and its relatives, Firefox, Safari and Edge. */
const knownServices = 'fcm.googleapis.com,push.services.mozilla.com,push.apple.com,notify.windows.com';

export const pushSettings = {
  schema: z.object({
    /** The key with which the school signs push messages. The public key is derived from it. A change ends all subscriptions. */
    VAPID_PRIVATE_KEY: z
      .string()
      .regex(/^[\w-]{43}$/, 'must be a private key that `npx web-push generate-vapid-keys` printed')
      .optional(),
    /** Where push services reach the operator. The default is PUBLIC_URL, or the address of MAIL_FROM if that is not https. */
    VAPID_SUBJECT: z
      .string()
      .regex(/^(mailto:.+@.+|https:\/\/.+)$/, 'must start with mailto: or https://')
      .optional(),
    /** The hosts of push services, and with each all hosts below it. The addresses come from browsers, so others are refused. */
    PUSH_HOSTS: list.transform((hosts) => (hosts.length > 0 ? hosts : knownServices.split(','))),
  }),
};
