import type { Database } from '../../../platform/database/database';
import { columnsOf } from '../../../platform/database/entity-columns';
import { User } from '../accounts/user.entity';
import { UserSettings } from '../accounts/user-settings.entity';
import { ApiKey } from '../api-keys/api-key.entity';
import { Block } from '../blocks/block.entity';
import { Passkey } from '../passkeys/passkey.entity';
import { SecurityEvent } from '../security/security-event.entity';
import { showOwnSecurityEvent } from '../security/security-events.dto';
import { Session } from '../sessions/session.entity';
import { TeacherApplication } from '../teachers/teacher-application.entity';
import { TeacherApproval } from '../teachers/teacher-approval.entity';
import { rowsOfPerson } from './own-rows';

const user = columnsOf(User).without('password', 'teoSequence', 'isStaff', 'isSuperuser', 'version');
const settings = columnsOf(UserSettings).without('id', 'userId', 'version');
const session = columnsOf(Session, [
  'createdAt',
  'rotatedAt',
  'expiresAt',
  'revokedAt',
  'userAgent',
  'address',
  'name',
  'lastAddress',
]);
const apiKey = columnsOf(ApiKey, ['id', 'name', 'scopes', 'createdAt', 'expiresAt', 'lastUsedAt', 'revokedAt']);
const passkey = columnsOf(Passkey, ['id', 'name', 'createdAt', 'lastUsedAt']);
const block = columnsOf(Block, ['id', 'blockedId', 'createdAt']);
const application = columnsOf(TeacherApplication, ['id', 'text', 'createdAt', 'updatedAt']);
const approval = columnsOf(TeacherApproval, ['id', 'status', 'decidedAt', 'reason']);
const securityEvent = columnsOf(SecurityEvent);

/** What Users puts into the copy of their data that a person asks for. */
export async function exportAccount(database: Database, personId: number): Promise<Record<string, readonly object[]>> {
  const events = await rowsOfPerson(database, securityEvent, 'person_id', personId);
  return {
    profile: await rowsOfPerson(database, user, 'id', personId),
    settings: await rowsOfPerson(database, settings, 'user_id', personId),
    sessions: await rowsOfPerson(database, session, 'user_id', personId),
    apiKeys: await rowsOfPerson(database, apiKey, 'user_id', personId),
    passkeys: await rowsOfPerson(database, passkey, 'user_id', personId),
    blocks: await rowsOfPerson(database, block, 'user_id', personId),
    teacherApplications: await rowsOfPerson(database, application, 'teacher_id', personId),
    teacherDecisions: await rowsOfPerson(database, approval, 'teacher_id', personId),
    securityEvents: events.map(showOwnSecurityEvent),
  };
}
