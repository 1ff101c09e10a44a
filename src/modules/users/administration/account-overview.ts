import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { Profiles } from '../accounts/profiles';
import { ManagedUser, showManagedUser } from '../accounts/users.dto';
import { SecurityEventResponse, showSecurityEvent } from '../security/security-events.dto';
import { SecurityEvents } from '../security/security-events';
import { ActiveSessions } from '../sessions/active-sessions.query';
import { SessionResponse, showSession } from '../sessions/sessions.dto';

const maxItems = 10;

/** The account of a person as an administrator sees it, as the members of a larger response. */
export const AccountOverview = {
  account: ManagedUser,
  sessions: z.array(SessionResponse).meta({ description: `The newest ${maxItems} sessions that have not ended` }),
  securityEvents: z.array(SecurityEventResponse).meta({
    description: `The newest ${maxItems} security events: sign-ins, and decisions of administrators about the account`,
  }),
};
type Overview = z.output<z.ZodObject<typeof AccountOverview>>;

@Injectable()
export class AccountOverviews {
  constructor(
    private readonly profiles: Profiles,
    private readonly activeSessions: ActiveSessions,
    private readonly securityEvents: SecurityEvents,
  ) {}

  /** @throws UserNotFound */
  async get(userId: number, viewerSessionId: string): Promise<Overview> {
    const account = showManagedUser(await this.profiles.get(userId));
    const sessions = await this.activeSessions.list(userId, undefined, maxItems);
    const events = await this.securityEvents.list(userId, undefined, maxItems);
    return {
      account,
      sessions: sessions.map((session) => showSession(session, viewerSessionId)),
      securityEvents: events.map(showSecurityEvent),
    };
  }
}
