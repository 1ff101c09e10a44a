import { createHash, randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Database } from '../../../platform/database/database';
import { Clock } from '../../../platform/time/clock';
import { base32 } from './authenticators/totp';

const codeCount = 10;
/** 120 bits: with 112 or more a fast hash is enough (OWASP ASVS 6.5.2). */
const codeBytes = 15;

/** Recovery codes, which replace a lost second factor. They are shown once, and each is valid for one use. */
@Injectable()
export class RecoveryCodes {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /** Replaces all codes of a person, in the transaction of the caller. Returns the new codes, such as `K7QM-2XNA-PD4R-H6TW-3BJ5-YVCE`. */
  async replace(userId: number): Promise<string[]> {
    const codes = Array.from({ length: codeCount }, () => base32(randomBytes(codeBytes)));
    await this.discard(userId);
    const valuesSql = codes.map((_, index) => `($1, $${index + 2})`).join(', ');
    const sql = `INSERT INTO users_recoverycode (user_id, code_hash) VALUES ${valuesSql}`;
    await this.database.run(sql, [userId, ...codes.map(hashCode)]);
    return codes.map((code) => code.match(/.{4}/g)!.join('-'));
  }

  /** Uses a code up, in the transaction of the caller. Returns false if it is wrong or used. One statement decides between two requests. */
  async use(userId: number, code: string): Promise<boolean> {
    const sql = 'UPDATE users_recoverycode SET used_at = $3 WHERE user_id = $1 AND code_hash = $2 AND used_at IS NULL';
    return (await this.database.run(sql, [userId, hashCode(code), this.clock.now()])) > 0;
  }

  async discard(userId: number): Promise<void> {
    await this.database.run('DELETE FROM users_recoverycode WHERE user_id = $1', [userId]);
  }
}

/** People may type a code in lower case, and without the hyphens or with spaces. */
const hashCode = (code: string): string =>
  createHash('sha256').update(code.replace(/[\s-]/g, '').toUpperCase()).digest('hex');
