import { timingSafeEqual } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { Actor } from '../../../platform/auth/actor';
import { ApiKeyDirectory } from '../../../platform/auth/api-key.strategy';
import type { PresentedKey } from '../../../platform/auth/api-keys';
import type { ApiScope } from '../../../platform/auth/api-scopes';
import { Config } from '../../../platform/config/config';
import { bool, jsonOf } from '../../../platform/database/columns';
import { Database } from '../../../platform/database/database';
import { columnsOf } from '../../../platform/database/entity-columns';
import { Clock } from '../../../platform/time/clock';
import { User } from '../accounts/user.entity';
import { hasFactorSql } from '../factors/has-factor';
import { requiresSecondFactor } from '../users.settings';
import { ApiKey } from './api-key.entity';

const lastUseStepMs = 3_600_000;

const user = columnsOf(User, ['id', 'username', 'role', 'isApproved']);
const key = columnsOf(ApiKey, ['secretHash', 'lastUsedAt']);
const shape = { ...user.shape, ...key.shape, scopes: jsonOf<ApiScope[]>(), hasFactor: bool };

/** Finds the administrator of an API key. The account must be open, and still that of an administrator. */
@Injectable()
export class StoredApiKeys extends ApiKeyDirectory {
  private readonly isFactorRequired: boolean;

  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    config: Config,
  ) {
    super();
    this.isFactorRequired = requiresSecondFactor(config);
  }

  async find({ id: keyId, secretHash: presentedHash }: PresentedKey): Promise<Actor | null> {
    const now = this.clock.now();
    const found = await this.database.row(
      shape,
      `SELECT ${user.columns('u')}, ${key.columns('k')}, k.scopes, ${hasFactorSql('u.id')} AS "hasFactor"
       FROM users_apikey k JOIN users_user u ON u.id = k.user_id
       WHERE k.id = $1 AND k.revoked_at IS NULL AND k.expires_at > $2 AND u.is_active AND u.role = 'admin'`,
      [keyId, now],
    );
    if (!found || !timingSafeEqual(Buffer.from(found.secretHash), Buffer.from(presentedHash))) return null;
    const { secretHash: _hash, lastUsedAt, hasFactor, ...actor } = found;
    if (lastUsedAt === null || now.getTime() - lastUsedAt.getTime() >= lastUseStepMs) await this.recordUse(keyId, now);
    const mustAddSecondFactor = this.isFactorRequired && !hasFactor;
    return { ...actor, sessionId: '', provenAt: null, mustAddSecondFactor };
  }

  private async recordUse(keyId: number, now: Date): Promise<void> {
    const sql = 'UPDATE users_apikey SET last_used_at = $2 WHERE id = $1';
    await this.database.transaction(() => this.database.run(sql, [keyId, now]));
  }
}
