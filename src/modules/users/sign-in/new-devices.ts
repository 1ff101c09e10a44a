import { Injectable } from '@nestjs/common';
import { text } from '../../../platform/database/columns';
import { Database } from '../../../platform/database/database';
import { EventBus } from '../../../platform/events/event-bus';
import { widerNetworkOfAddress } from '../../../platform/http/limits/network';
import { Clock } from '../../../platform/time/clock';
import { deviceNameOf } from '../sessions/device-names';
import { Sessions, type Tokens } from '../sessions/sessions';
import { SignedInFromNewDevice } from '../users.events';
import type { RemoteDevice } from './device';

const maxRecentSessions = 50;

/**
 * Opens the session of a sign-in, and tells the person if they have not used the device or the network recently. Sessions are kept for
 * 30 days after their end.
 */
@Injectable()
export class NewDevices {
  constructor(
    private readonly database: Database,
    private readonly sessions: Sessions,
    private readonly events: EventBus,
    private readonly clock: Clock,
  ) {}

  /** Called in the transaction of a sign-in. */
  async openSession(userId: number, device: RemoteDevice): Promise<Tokens> {
    await this.noteSignIn(userId, device);
    return this.sessions.open(userId, device);
  }

  /** Without an earlier session there is nothing to compare with. */
  private async noteSignIn(userId: number, device: RemoteDevice): Promise<void> {
    const sessions = await this.database.rows(
      { userAgent: text, address: text },
      `SELECT user_agent AS "userAgent", address FROM users_session
       WHERE user_id = $1 AND address <> '' ORDER BY created_at DESC LIMIT ${maxRecentSessions}`,
      [userId],
    );
    const isKnown = sessions.some((session) => isSameDevice(session, device));
    if (sessions.length === 0 || isKnown) return;
    const at = this.clock.now().toISOString();
    const { userAgent, address } = device;
    await this.events.publish(new SignedInFromNewDevice({ userId, device: deviceNameOf(userAgent), address, at }));
  }
}

/** A program that was updated is the same device, so the numbers of its version do not count. */
const withoutVersions = (userAgent: string): string => userAgent.slice(0, 200).replace(/[\d._]+/g, '');

function isSameDevice(session: { userAgent: string; address: string }, device: RemoteDevice): boolean {
  const isSameProgram = withoutVersions(session.userAgent) === withoutVersions(device.userAgent);
  return isSameProgram && widerNetworkOfAddress(session.address) === device.widerNetwork;
}
