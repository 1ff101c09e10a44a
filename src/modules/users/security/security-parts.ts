import { ExpireSecurityEvents } from './expire-security-events.job';
import { SecurityEvent } from './security-event.entity';
import { SecurityEvents } from './security-events';
import { SecurityEventsController } from './security-events.controller';

/** What the module of users needs of this folder. */
export const securityEvents = {
  entities: [SecurityEvent],
  controllers: [SecurityEventsController],
  providers: [ExpireSecurityEvents, SecurityEvents],
};
