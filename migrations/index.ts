import { Announcements1764000008520 } from './1764000008520-announcements';
import { SecondFactors1764000008800 } from './1764000008800-second-factors';
import { NotificationDeliveries1764000008940 } from './1764000008940-notification-deliveries';
import { NotificationPreferences1764000008945 } from './1764000008945-notification-preferences';
import { NamedDevices1764000008810 } from './1764000008810-named-devices';
import { Passkeys1764000008820 } from './1764000008820-passkeys';
import { ApiKeys1764000008830 } from './1764000008830-api-keys';
import { Artworks1764000009060 } from './1764000009060-artworks';
import { AuditLog1764000008990 } from './1764000008990-audit-log';
import { BookedLosses1764000007300 } from './1764000007300-booked-losses';
import { Chain1764000006000 } from './1764000006000-chain';
import { Coins1764000004000 } from './1764000004000-coins';
import { ContentVersions1764000008600 } from './1764000008600-content-versions';
import { Courses1764000002000 } from './1764000002000-courses';
import { Departures1764000008900 } from './1764000008900-departures';
import { EmptiedMessages1764000008910 } from './1764000008910-emptied-messages';
import { DecisionToPay1764000007310 } from './1764000007310-decision-to-pay';
import { PersonalExports1764000008920 } from './1764000008920-personal-exports';
import { FairCoins1764000007210 } from './1764000007210-fair-coins';
import { FrequentComments1764000009030 } from './1764000009030-frequent-comments';
import { HeldGrades1764000009025 } from './1764000009025-held-grades';
import { FoldedNames1764000007110 } from './1764000007110-folded-names';
import { KeptQuestions1764000008000 } from './1764000008000-kept-questions';
import { LedgerIndex1764000006700 } from './1764000006700-ledger-index';
import { Mail1764000008700 } from './1764000008700-mail';
import { Monitoring1764000006500 } from './1764000006500-monitoring';
import { Notifications1764000005000 } from './1764000005000-notifications';
import { OriginalValues1764000007700 } from './1764000007700-original-values';
import { OutboxTurns1764000007410 } from './1764000007410-outbox-turns';
import { PasswordResets1764000008500 } from './1764000008500-password-resets';
import { PeopleSearch1764000008510 } from './1764000008510-people-search';
import { PendingSubmissions1764000007810 } from './1764000007810-pending-submissions';
import { People1764000001000 } from './1764000001000-people';
import { Platform1764000000000 } from './1764000000000-platform';
import { Progress1764000003000 } from './1764000003000-progress';
import { RemovedLessonNotifications1764000007820 } from './1764000007820-removed-lesson-notifications';
import { Rubrics1764000009020 } from './1764000009020-rubrics';
import { SecurityEvents1764000007100 } from './1764000007100-security-events';
import { StoredFiles1764000009000 } from './1764000009000-stored-files';
import { StreamTickets1764000008200 } from './1764000008200-stream-tickets';
import { TeachersDay1764000007800 } from './1764000007800-teachers-day';
import { TransfersByPair1764000007220 } from './1764000007220-transfers-by-pair';
import { VerifiedAddresses1764000008710 } from './1764000008710-verified-addresses';
import { WhatRunsByItself1764000007400 } from './1764000007400-what-runs-by-itself';
import { WiderTotals1764000007200 } from './1764000007200-wider-totals';
import { WebhookEndpoints1764000008970 } from './1764000008970-webhook-endpoints';
import { DeliveriesOfTarget1764000008971 } from './1764000008971-deliveries-of-target';
import { PushSubscriptions1764000008975 } from './1764000008975-push-subscriptions';
import { NotificationsNamingPeople1764000009040 } from './1764000009040-notifications-naming-people';
import { WithdrawnCourseMessages1764000009050 } from './1764000009050-withdrawn-course-messages';
import { LargeFiles1764000009080 } from './1764000009080-large-files';

/** All migrations in order. The list is the same for both engines. */
export const migrations = [
  Platform1764000000000,
  People1764000001000,
  Courses1764000002000,
  Progress1764000003000,
  Coins1764000004000,
  Notifications1764000005000,
  Chain1764000006000,
  Monitoring1764000006500,
  LedgerIndex1764000006700,
  SecurityEvents1764000007100,
  FoldedNames1764000007110,
  WiderTotals1764000007200,
  FairCoins1764000007210,
  TransfersByPair1764000007220,
  BookedLosses1764000007300,
  DecisionToPay1764000007310,
  WhatRunsByItself1764000007400,
  OutboxTurns1764000007410,
  OriginalValues1764000007700,
  TeachersDay1764000007800,
  PendingSubmissions1764000007810,
  RemovedLessonNotifications1764000007820,
  KeptQuestions1764000008000,
  StreamTickets1764000008200,
  PasswordResets1764000008500,
  PeopleSearch1764000008510,
  Announcements1764000008520,
  ContentVersions1764000008600,
  Mail1764000008700,
  VerifiedAddresses1764000008710,
  SecondFactors1764000008800,
  NamedDevices1764000008810,
  Passkeys1764000008820,
  ApiKeys1764000008830,
  Departures1764000008900,
  EmptiedMessages1764000008910,
  PersonalExports1764000008920,
  NotificationDeliveries1764000008940,
  NotificationPreferences1764000008945,
  WebhookEndpoints1764000008970,
  DeliveriesOfTarget1764000008971,
  PushSubscriptions1764000008975,
  AuditLog1764000008990,
  StoredFiles1764000009000,
  Rubrics1764000009020,
  HeldGrades1764000009025,
  FrequentComments1764000009030,
  NotificationsNamingPeople1764000009040,
  WithdrawnCourseMessages1764000009050,
  Artworks1764000009060,
  LargeFiles1764000009080,
];
