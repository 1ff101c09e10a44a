import { Injectable } from '@nestjs/common';
import { DataRegistry } from '../../platform/data/data-registry';
import type { DataRules, Fields, ForeignModel, Loading } from '../../platform/data/data-rules';
import { builtInTypes } from './types/built-in-types';
import { priorities } from './notification.lists';

const modelLabel = 'notifications.notification';

const notificationModel: ForeignModel = {
  label: modelLabel,
  table: 'notifications_notification',
  fields: [
    'user',
    'title',
    'message',
    'notification_type',
    'related_object_type',
    'related_object_id',
    'is_read',
    'priority',
    'action_url',
    'created_at',
    'read_at',
  ],
  choices: {
    notification_type: { known: builtInTypes.map(({ type }) => type), open: true },
    priority: { known: priorities },
  },
  identity: ['user_id', 'notification_type', 'title', 'created_at'],
  relatedObject: { type: 'related_object_type', id: 'related_object_id' },
  exportFields: async (records) => records.forEach(({ fields }) => clearUnknownObject(fields)),
};

/** The modules whose objects the Django application knows, except for the types below. */
const knownModules = new Set(['users', 'courses', 'rewards', 'notifications']);
const unknownObjectTypes = /^rewards\.(withdrawal|deposit|payout|wallet)/;

/** Clears the related object if the Django application does not know its type. */
function clearUnknownObject(fields: Fields): void {
  const objectType = fields.related_object_type;
  if (!Array.isArray(objectType)) return;
  const isKnownModule = knownModules.has(objectType[0] as string);
  if (isKnownModule && !unknownObjectTypes.test(objectType.join('.'))) return;
  Object.assign(fields, { related_object_type: null, related_object_id: null });
}

/** Moves notifications between schools, and counts the unread ones after a load. */
@Injectable()
export class NotificationsData implements DataRules {
  readonly models = [notificationModel];
  readonly excludedTables = {
    notifications_delivery: 'A copy of a school must not send again what the school sends',
    notifications_webhookendpoint:
      'An endpoint has a secret, which never leaves the database in a file that people read. It is created again',
    notifications_pushsubscription: 'A browser subscribes to one school, while it is signed in there',
  };

  constructor(registry: DataRegistry) {
    registry.register(this);
  }

  async computeDerived(load: Loading): Promise<void> {
    if (!load.has(modelLabel) && !load.has('users.user')) return;
    await load.run(
      `INSERT INTO notifications_unreadcount (user_id, unread)
       SELECT n.user_id, count(*) FROM notifications_notification n WHERE NOT n.is_read GROUP BY n.user_id ORDER BY n.user_id
       ON CONFLICT (user_id) DO UPDATE SET unread = excluded.unread`,
    );
    await load.run(
      `UPDATE notifications_unreadcount SET unread = 0 WHERE unread <> 0 AND NOT EXISTS (
         SELECT 1 FROM notifications_notification n WHERE n.user_id = notifications_unreadcount.user_id AND NOT n.is_read)`,
    );
  }
}
