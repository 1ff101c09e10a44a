import { Injectable } from '@nestjs/common';
import { ActorCache } from '../../../platform/auth/actor-directory';
import { formatKey, newKeySecret } from '../../../platform/auth/api-keys';
import type { ApiScope } from '../../../platform/auth/api-scopes';
import { int, type Row } from '../../../platform/database/columns';
import { Database } from '../../../platform/database/database';
import { columnsOf } from '../../../platform/database/entity-columns';
import { EventBus } from '../../../platform/events/event-bus';
import { Clock } from '../../../platform/time/clock';
import { lockPerson } from '../factors/factor-changes';
import { SecurityEvents } from '../security/security-events';
import type { Device } from '../sign-in/device';
import { ApiKeyCreated } from '../users.events';
import { ApiKey } from './api-key.entity';
import { ApiKeyNotFound, TooManyApiKeys } from './api-keys.errors';

const shown = columnsOf(ApiKey, ['id', 'name', 'scopes', 'createdAt', 'expiresAt', 'lastUsedAt']);
export type ApiKeyRow = Row<typeof shown.shape>;

interface KeyRequest {
  name: string;
  scopes: readonly ApiScope[];
  lifetimeDays: number;
}

const maxKeys = 20;
const dayMs = 86_400_000;
const isUsableSql = 'revoked_at IS NULL AND expires_at > $2';

/** Administrators create API keys for themselves. A key never allows more than its administrator may do. */
@Injectable()
export class ApiKeys {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly knownActors: ActorCache,
    private readonly securityEvents: SecurityEvents,
    private readonly events: EventBus,
  ) {}

  /** Returns the row and the key, which is not stored. @throws TooManyApiKeys */
  async create(userId: number, newKey: KeyRequest, device: Device): Promise<{ row: ApiKeyRow; key: string }> {
    const { secret, secretHash } = newKeySecret();
    return this.database.transaction(async () => {
      await lockPerson(this.database, userId);
      if ((await this.countUsable(userId)) >= maxKeys) throw new TooManyApiKeys(maxKeys);
      const row = await this.insert(userId, newKey, secretHash);
      const note = `${row.name}: ${newKey.scopes.join(', ')}`;
      await this.securityEvents.record({ kind: 'api_key_created', personId: userId, device, note });
      await this.events.publish(new ApiKeyCreated({ userId, keyId: row.id, name: row.name }));
      return { row, key: formatKey(row.id, secret) };
    });
  }

  /** The keys that can be used, newest first. */
  list(userId: number): Promise<ApiKeyRow[]> {
    const sql = `SELECT ${shown.columns()} FROM users_apikey WHERE user_id = $1 AND ${isUsableSql} ORDER BY id DESC`;
    return this.database.rows(shown.shape, sql, [userId, this.clock.now()]);
  }

  /** @throws ApiKeyNotFound */
  async revoke(userId: number, keyId: number, device: Device): Promise<void> {
    await this.database.transaction(async () => {
      const sql = `UPDATE users_apikey SET revoked_at = $2 WHERE user_id = $1 AND id = $3 AND ${isUsableSql}`;
      if ((await this.database.run(sql, [userId, this.clock.now(), keyId])) === 0) throw new ApiKeyNotFound();
      this.knownActors.revoke(userId);
      await this.securityEvents.record({ kind: 'api_key_revoked', personId: userId, device });
    });
  }

  private async countUsable(userId: number): Promise<number> {
    const sql = `SELECT count(*) AS total FROM users_apikey WHERE user_id = $1 AND ${isUsableSql}`;
    return (await this.database.row({ total: int }, sql, [userId, this.clock.now()]))!.total;
  }

  private async insert(userId: number, newKey: KeyRequest, secretHash: string): Promise<ApiKeyRow> {
    const { name, scopes, lifetimeDays } = newKey;
    const now = this.clock.now();
    const expiresAt = new Date(now.getTime() + lifetimeDays * dayMs);
    const row = await this.database.row(
      shown.shape,
      `INSERT INTO users_apikey (user_id, secret_hash, name, scopes, created_at, expires_at)
       VALUES ($1, $2, $3, $4, $5, $6) RETURNING ${shown.columns()}`,
      [userId, secretHash, name, JSON.stringify([...new Set(scopes)]), now, expiresAt],
    );
    return row!;
  }
}
