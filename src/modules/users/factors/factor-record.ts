import { Injectable } from '@nestjs/common';
import { SecurityEvents } from '../security/security-events';
import { Sessions } from '../sessions/sessions';
import type { Device } from '../sign-in/device';
import type { FactorChange } from '../users.events';
import { SecondFactors } from './second-factors';

interface Place {
  userId: number;
  sessionId: string;
}

/** What follows when people change their own factors, in the transaction of the change: sessions end, and the owner is told. */
@Injectable()
export class FactorRecord {
  constructor(
    private readonly sessions: Sessions,
    private readonly factors: SecondFactors,
    private readonly securityEvents: SecurityEvents,
  ) {}

  /** All other sessions end, because they were opened without the factor. In this one the person has just used it. */
  async added({ userId, sessionId }: Place, change: FactorChange, device: Device): Promise<void> {
    await this.sessions.endAll(userId, 'factor', sessionId);
    await this.sessions.recordProof(sessionId);
    await this.securityEvents.record({ kind: 'second_factor_added', personId: userId, device, note: noteOf(change) });
    await this.factors.publish(userId, change);
  }

  /** All other sessions end, because the device with the factor may be in other hands. */
  async removed({ userId, sessionId }: Place, change: FactorChange, device: Device): Promise<void> {
    await this.sessions.endAll(userId, 'factor', sessionId);
    await this.securityEvents.record({ kind: 'second_factor_removed', personId: userId, device, note: noteOf(change) });
    await this.factors.publish(userId, change);
  }
}

const noteOf = (change: FactorChange): string => (change.startsWith('passkey') ? 'A passkey' : 'An authenticator app');
