import { createHmac, hkdfSync } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { authSecret } from '../../../platform/auth/auth-secret';
import { Config } from '../../../platform/config/config';
import { bool } from '../../../platform/database/columns';
import { fold } from '../../../platform/database/case-folding';
import { Database } from '../../../platform/database/database';

/**
 * The addresses of people who have left, as hashes with a key that is derived from AUTH_SECRET. So a copy of the database does not
 * show whether an address was here.
 */
@Injectable()
export class LeftEmails {
  private readonly key: Buffer;

  constructor(
    private readonly database: Database,
    config: Config,
  ) {
    this.key = Buffer.from(hkdfSync('sha256', authSecret(config), '', 'addresses of people who have left', 32));
  }

  hashOf(email: string): string {
    return createHmac('sha256', this.key).update(fold(email)).digest('hex');
  }

  async has(email: string): Promise<boolean> {
    const sql = 'SELECT EXISTS (SELECT 1 FROM users_departure WHERE email_hash = $1) AS has';
    return (await this.database.row({ has: bool }, sql, [this.hashOf(email)]))!.has;
  }
}
