import { Injectable } from '@nestjs/common';
import { text } from '../../../platform/database/columns';
import { Database } from '../../../platform/database/database';
import { networkOfAddress } from '../../../platform/http/limits/network';
import type { RemoteDevice } from './device';

const maxRecentSessions = 50;

/** The networks from which a person has signed in recently. Sessions are kept for 30 days after their end. */
@Injectable()
export class KnownNetworks {
  constructor(private readonly database: Database) {}

  async has(userId: number, { network }: RemoteDevice): Promise<boolean> {
    const addressesSql = `SELECT address FROM users_session WHERE user_id = $1 ORDER BY created_at DESC LIMIT ${maxRecentSessions}`;
    const sessions = await this.database.rows({ address: text }, addressesSql, [userId]);
    return sessions.some(({ address }) => address !== '' && networkOfAddress(address) === network);
  }
}
