import { Body, Controller, Get, Patch } from '@nestjs/common';
import { CurrentActor, type Actor } from '../../../platform/auth/actor';
import { ValidationFailed } from '../../../platform/http/problems/http.errors';
import { Route } from '../../../platform/http/route';
import { NotificationTypes } from '../types/notification-types';
import { NotificationPreferences } from './preferences';
import { Preferences, PreferencesChange, showPreferences } from './preferences.dto';

@Controller('me/notification-preferences')
export class PreferencesController {
  constructor(
    private readonly preferences: NotificationPreferences,
    private readonly types: NotificationTypes,
  ) {}

  @Get()
  @Route({ summary: 'Show how you want to be notified', response: Preferences, tag: 'Notifications' })
  async getNotificationPreferences(@CurrentActor() actor: Actor): Promise<Preferences> {
    return showPreferences(await this.preferences.get(actor.id), this.types);
  }

  @Patch()
  @Route({
    summary: 'Change how you want to be notified',
    description:
      'Every notification is in the list of the application. This decides what is also mailed and pushed, and when. Urgent types cannot be changed.',
    rules: {
      notification_type: 'A type is registered and not urgent.',
      quiet_hours: 'Quiet hours end at another time than they begin.',
    },
    response: Preferences,
    errors: [ValidationFailed],
    tag: 'Notifications',
  })
  async updateNotificationPreferences(
    @CurrentActor() actor: Actor,
    @Body({ schema: PreferencesChange }) change: PreferencesChange,
  ): Promise<Preferences> {
    this.requireKnownTypes(Object.keys(change.types ?? {}));
    return showPreferences(await this.preferences.change(actor.id, change), this.types);
  }

  /** @throws ValidationFailed */
  private requireKnownTypes(types: readonly string[]): void {
    const wrong = types.filter((type) => (this.types.find(type)?.priority ?? 'urgent') === 'urgent');
    if (wrong.length === 0) return;
    throw new ValidationFailed(
      wrong.map((type) => ({
        pointer: `/body/types/${type}`,
        message: 'Must be a type of the list that is not urgent',
        rule: 'notification_type',
      })),
    );
  }
}
