import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { Actor } from '../../../platform/auth/actor';
import { Config } from '../../../platform/config/config';
import { type Row } from '../../../platform/database/columns';
import { Database } from '../../../platform/database/database';
import { columnsOf } from '../../../platform/database/entity-columns';
import { placeholders } from '../../../platform/database/insert-rows';
import { ValidationFailed } from '../../../platform/http/problems/http.errors';
import { OutgoingHttp } from '../../../platform/outgoing-http/outgoing-http';
import { Clock } from '../../../platform/time/clock';
import { SessionLifetime } from '../../users';
import { PushNotConfigured, PushSubscriptionNotFound } from './push.errors';
import { pushSettings } from './push.settings';
import { PushSubscription } from './push-subscription.entity';
import { VapidKeys } from './vapid-keys';

const shown = columnsOf(PushSubscription, ['id', 'name', 'createdAt']);
export type PushSubscriptionRow = Row<typeof shown.shape>;
const target = columnsOf(PushSubscription, ['id', 'userId', 'endpoint', 'p256dh', 'auth']);
export type PushTarget = Row<typeof target.shape>;

interface BrowserSubscription {
  endpoint: string;
  keys: { p256dh: string; auth: string };
  name: string;
}

/** A person who subscribes one more browser loses the oldest. */
const maxPerPerson = 10;
/** A browser gets messages only while it is signed in, so that a sign-out everywhere also ends the push messages of a thief. */
const isSignedInSql = (now: string, idleCutoff: string): string =>
  `EXISTS (SELECT 1 FROM users_session s WHERE s.id = p.session_id AND s.user_id = p.user_id
     AND s.revoked_at IS NULL AND s.expires_at > ${now} AND s.rotated_at > ${idleCutoff})`;

/** The browsers of people that get push messages. */
@Injectable()
export class PushSubscriptions {
  constructor(
    private readonly config: Config,
    private readonly database: Database,
    private readonly outgoing: OutgoingHttp,
    private readonly vapidKeys: VapidKeys,
    private readonly clock: Clock,
    private readonly sessions: SessionLifetime,
  ) {}

  /**
   * Stores the browser for the person who is signed in there now. A row of somebody else for the same browser is deleted with its id, so
   * that nothing which waits for that person is shown to this one.
   * @throws PushNotConfigured, ValidationFailed
   */
  async add({ id: userId, sessionId }: Actor, subscription: BrowserSubscription): Promise<PushSubscriptionRow> {
    if (!this.vapidKeys.vapid) throw new PushNotConfigured();
    this.requirePushService(subscription.endpoint);
    const endpointHash = createHash('sha256').update(subscription.endpoint).digest('hex');
    return this.database.transaction(async () => {
      const othersSql = 'DELETE FROM notifications_pushsubscription WHERE endpoint_hash = $1 AND user_id <> $2';
      await this.database.run(othersSql, [endpointHash, userId]);
      const row = await this.upsert(userId, sessionId, endpointHash, subscription);
      await this.removeOldest(userId);
      return row;
    });
  }

  /** Those that get messages now, newest first. */
  list(userId: number): Promise<PushSubscriptionRow[]> {
    return this.database.rows(
      shown.shape,
      `SELECT ${shown.columns('p')} FROM notifications_pushsubscription p
       WHERE p.user_id = $1 AND ${isSignedInSql('$2', '$3')} ORDER BY p.id DESC`,
      [userId, ...this.sessionTimes()],
    );
  }

  /** @throws PushSubscriptionNotFound */
  async remove(userId: number, id: number): Promise<void> {
    const sql = 'DELETE FROM notifications_pushsubscription WHERE id = $1 AND user_id = $2';
    const removedCount = await this.database.transaction(() => this.database.run(sql, [id, userId]));
    if (removedCount === 0) throw new PushSubscriptionNotFound();
  }

  /** The push service has forgotten it. */
  async forget(id: number): Promise<void> {
    const sql = 'DELETE FROM notifications_pushsubscription WHERE id = $1';
    await this.database.transaction(() => this.database.run(sql, [id]));
  }

  /** The browsers of these people that are signed in now. */
  findOf(userIds: readonly number[]): Promise<PushTarget[]> {
    return this.find('user_id', userIds);
  }

  /** Those of these that are signed in now. */
  findUsable(ids: readonly number[]): Promise<PushTarget[]> {
    return this.find('id', ids);
  }

  /** Deletes those of ended sessions. */
  removeEnded(): Promise<number> {
    const sql = `DELETE FROM notifications_pushsubscription AS p WHERE NOT ${isSignedInSql('$1', '$2')}`;
    return this.database.transaction(() => this.database.run(sql, this.sessionTimes()));
  }

  private async find(column: 'id' | 'user_id', values: readonly number[]): Promise<PushTarget[]> {
    if (values.length === 0) return [];
    return this.database.rows(
      target.shape,
      `SELECT ${target.columns('p')} FROM notifications_pushsubscription p
       WHERE p.${column} IN (${placeholders(values.length, 3)}) AND ${isSignedInSql('$1', '$2')} ORDER BY p.id`,
      [...this.sessionTimes(), ...values],
    );
  }

  private sessionTimes(): [now: Date, idleCutoff: Date] {
    const now = this.clock.now();
    return [now, this.sessions.idleCutoff(now)];
  }

  private async upsert(
    userId: number,
    sessionId: string,
    endpointHash: string,
    { endpoint, keys, name }: BrowserSubscription,
  ): Promise<PushSubscriptionRow> {
    const row = await this.database.row(
      shown.shape,
      `INSERT INTO notifications_pushsubscription
         (user_id, session_id, endpoint, endpoint_hash, p256dh, auth, name, created_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
       ON CONFLICT (endpoint_hash) DO UPDATE SET user_id = excluded.user_id, session_id = excluded.session_id,
         p256dh = excluded.p256dh, auth = excluded.auth, name = excluded.name
       RETURNING ${shown.columns()}`,
      [userId, sessionId, endpoint, endpointHash, keys.p256dh, keys.auth, name, this.clock.now()],
    );
    return row!;
  }

  private async removeOldest(userId: number): Promise<void> {
    await this.database.run(
      `DELETE FROM notifications_pushsubscription WHERE user_id = $1 AND id NOT IN
         (SELECT id FROM notifications_pushsubscription WHERE user_id = $1 ORDER BY id DESC LIMIT ${maxPerPerson})`,
      [userId],
    );
  }

  private requirePushService(endpoint: string): void {
    const problem = this.outgoing.problemOf(endpoint);
    if (problem) throw invalid(`The address ${problem}`, 'reachable_url');
    const { hostname } = new URL(endpoint);
    const isKnown = this.config
      .of(pushSettings)
      .PUSH_HOSTS.some((host) => hostname === host || hostname.endsWith(`.${host}`));
    if (!isKnown) throw invalid(`The school sends nothing to ${hostname}`, 'push_service');
  }
}

const invalid = (message: string, rule: string): ValidationFailed =>
  new ValidationFailed([{ pointer: '/body/endpoint', message, rule }]);
