import { Controller, Get, Post, Query } from '@nestjs/common';
import { CurrentActor, type Actor } from '../../platform/auth/actor';
import { requireAdministrator } from '../../platform/auth/administrator';
import { Forbidden } from '../../platform/errors/access.errors';
import { NotStored } from '../../platform/http/etag';
import { InvalidCursor } from '../../platform/http/problems/http.errors';
import type { Page } from '../../platform/http/pagination';
import { Id } from '../../platform/http/parameters';
import { ClosedToApiKeys } from '../../platform/auth/route-access';
import { Route } from '../../platform/http/route';
import { MailNotFound, MailNotRetryable } from '../../platform/mail/mail.errors';
import { MailAdministration } from '../../platform/mail/mail-administration';
import { MailContent, MailPage, MailQuery, showContent, showMail, type Mail } from './mails.dto';

const tag = 'Operations';

/** Lists mails, sends failed ones again, and shows those of the development mailbox. */
@NotStored()
@Controller('operations/mails')
export class MailsController {
  constructor(private readonly mails: MailAdministration) {}

  @Get()
  @Route({
    summary: 'List the mails of the last weeks, newest first',
    access: 'administrators',
    description: 'The content of a mail is not shown, because a link in it belongs to its recipient.',
    response: MailPage,
    errors: [Forbidden, InvalidCursor],
    tag,
  })
  async listMails(@CurrentActor() actor: Actor, @Query({ schema: MailQuery }) query: MailQuery): Promise<Page<Mail>> {
    requireAdministrator(actor);
    return this.mails.list(query, showMail);
  }

  @Get(':id/content')
  @ClosedToApiKeys()
  @Route({
    summary: 'Show a mail of the development mailbox',
    access: 'administrators',
    description: 'Only outside production, and only for a mail that was not sent because `MAIL_URL` is not set.',
    response: MailContent,
    errors: [Forbidden, MailNotFound],
    tag,
  })
  async getMailContent(@CurrentActor() actor: Actor, @Id() id: number): Promise<MailContent> {
    requireAdministrator(actor);
    return showContent(await this.mails.showInMailbox(id));
  }

  @Post(':id/retries')
  @Route({
    summary: 'Send a failed or suppressed mail again',
    access: 'administrators',
    description: 'The address of a suppressed mail is accepted again. The mail keeps its Message-ID.',
    errors: [Forbidden, MailNotFound, MailNotRetryable],
    tag,
  })
  async retryMail(@CurrentActor() actor: Actor, @Id() id: number): Promise<void> {
    requireAdministrator(actor);
    await this.mails.retry(id);
  }
}
