import { Controller, Get, Header, Param, Post } from '@nestjs/common';
import { z } from 'zod';
import { Public } from '../../../platform/auth/public';
import { UnsubscribeLinks, type Subscription } from '../../../platform/mail/unsubscribe-links';
import { addRouteConfig } from '../../../platform/http/route-config';
import { Route } from '../../../platform/http/route';
import { UserSettingsStore } from '../../users';
import { NotificationPreferences } from '../preferences/preferences';
import { MailUnsubscriptionNotFound } from '../notifications.errors';
import { NotificationTypes } from '../types/notification-types';
import { allTopics } from './email-templates';
import { unsubscriptionPage } from './unsubscription-page';

const tokenFormat = z
  .string()
  .min(1)
  .max(120)
  .meta({ examples: ['7.course_message.kq3vV0Zc1zq2oX8m0nq3vV0Zc1zq2oX8m0nq3vV0Zc1'] });
const pagePolicy = "default-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";
const html = 'text/html; charset=utf-8';

/**
 * Ends mails of a kind for the reader of one, without signing in. A mail program sends POST for its button (RFC 8058). GET changes
 * nothing, because programs that check links open every address of a mail.
 */
@Public()
@Controller('mail-unsubscriptions')
export class MailUnsubscriptionsController {
  constructor(
    private readonly links: UnsubscribeLinks,
    private readonly preferences: NotificationPreferences,
    private readonly settings: UserSettingsStore,
    private readonly types: NotificationTypes,
  ) {}

  @Get(':token')
  @Header('content-type', html)
  @addRouteConfig({ policy: pagePolicy })
  @Route({
    summary: 'Show a page that asks whether to unsubscribe',
    description: 'The address is in each mail that can be unsubscribed. It changes nothing.',
    produces: 'text/html',
    errors: [MailUnsubscriptionNotFound],
    tag: 'Notifications',
  })
  showMailUnsubscription(@Param('token', { schema: tokenFormat }) token: string): Promise<string> {
    return this.page(this.read(token), false);
  }

  @Post(':token')
  @Header('content-type', html)
  @addRouteConfig({ policy: pagePolicy, acceptsForms: true })
  @Route({
    summary: 'Unsubscribe from mails of a kind, with one click and without signing in',
    description:
      'For the button of mail programs (RFC 8058), which send a form. A repeated request changes nothing. The choice is shown in `GET /me/notification-preferences`.',
    produces: 'text/html',
    errors: [MailUnsubscriptionNotFound],
    tag: 'Notifications',
  })
  async unsubscribeFromMails(@Param('token', { schema: tokenFormat }) token: string): Promise<string> {
    const subscription = this.read(token);
    const { personId, topic } = subscription;
    const page = await this.page(subscription, true);
    if (topic === allTopics) await this.settings.change(personId, null, { emailNotifications: false });
    else await this.preferences.change(personId, { types: { [topic]: { email: false } } });
    return page;
  }

  /** @throws MailUnsubscriptionNotFound */
  private read(token: string): Subscription {
    const subscription = this.links.read(token);
    if (!subscription) throw new MailUnsubscriptionNotFound();
    return subscription;
  }

  private async page({ personId, topic }: Subscription, isDone: boolean): Promise<string> {
    const person = (await this.preferences.of([personId])).get(personId);
    if (!person) throw new MailUnsubscriptionNotFound();
    const label = topic === allTopics ? null : this.types.labelOf(topic, person.language);
    return unsubscriptionPage(person.language, label, isDone);
  }
}
