/**
 * An SQL condition: the person has a second factor.
 * @param userIdSql an SQL expression, or a placeholder
 */
export const hasFactorSql = (userIdSql: string): string =>
  `(EXISTS (SELECT 1 FROM users_authenticator f WHERE f.user_id = ${userIdSql} AND f.confirmed_at IS NOT NULL)
    OR EXISTS (SELECT 1 FROM users_passkey k WHERE k.user_id = ${userIdSql}))`;
