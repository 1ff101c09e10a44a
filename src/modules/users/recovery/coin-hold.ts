import { instant, nullable, type Row } from '../../../platform/database/columns';

const holdMs = 24 * 3_600_000;

/** The time at which the person last set a new password with a one-time link. Null if there was none in the last days. */
export const recoveryShape = { recoveredAt: nullable(instant) };

/**
 * The column `recoveredAt` of a SELECT.
 * @param alias alias of the person's row in `users_user`
 */
export const recoveredAtSql = (alias: string): string =>
  `(SELECT max(pr.used_at) FROM users_passwordreset pr WHERE pr.user_id = ${alias}.id) AS "recoveredAt"`;

/**
 * Returns until when the person can neither send nor withdraw coins, or null. The hold gives the owner of the account a day to
 * notice that another person has used the link.
 */
export function coinsHeldUntil({ recoveredAt }: Row<typeof recoveryShape>, now: Date): Date | null {
  if (recoveredAt === null) return null;
  const until = new Date(recoveredAt.getTime() + holdMs);
  return until > now ? until : null;
}

/** A link is deleted this long after it has expired. By then, the hold of a used link has ended. */
export const resetRetentionMs = 2 * holdMs;
