import { Injectable } from '@nestjs/common';
import { Config } from '../../../platform/config/config';
import { bool, type Row } from '../../../platform/database/columns';
import { Database } from '../../../platform/database/database';
import { EmailNotVerified } from '../users.errors';

export const verifiedEmailShape = { isEmailVerified: bool };

/**
 * The column `isEmailVerified` of a SELECT.
 * @param alias alias of the person's row in `users_user`
 */
export const verifiedEmailSql = (alias: string): string =>
  `(${alias}.email_verified_at IS NOT NULL) AS "isEmailVerified"`;

/**
 * Nothing leaves the account of a person who has not proven the address (rule 20). A school without a mail server cannot ask for it.
 * @throws EmailNotVerified
 */
export function requireVerifiedEmail(config: Config, { isEmailVerified }: Row<typeof verifiedEmailShape>): void {
  if (!isEmailVerified && config.hasMailServer) throw new EmailNotVerified();
}

/** The same for modules that do not read the row of the person. */
@Injectable()
export class VerifiedEmails {
  constructor(
    private readonly database: Database,
    private readonly config: Config,
  ) {}

  /** @throws EmailNotVerified */
  async require(userId: number): Promise<void> {
    if (!this.config.hasMailServer) return;
    const sql = `SELECT ${verifiedEmailSql('u')} FROM users_user u WHERE u.id = $1`;
    const person = await this.database.row(verifiedEmailShape, sql, [userId]);
    requireVerifiedEmail(this.config, { isEmailVerified: person?.isEmailVerified ?? false });
  }
}
