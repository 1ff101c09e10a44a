import { Global, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { ExpireMails } from './expire-mails.job';
import { MailRow, MailSuppression } from './mail.entity';
import { MailAdministration } from './mail-administration';
import { MailDelivery } from './mail-delivery';
import { MailFindings } from './mail-findings';
import { MailRenderer } from './mail-renderer';
import { MailRows } from './mail-rows';
import { MailTemplates } from './mail-templates';
import { MailWorker } from './mail-worker';
import { Mails } from './mails';
import { SmtpTransport } from './smtp-transport';
import { UnsubscribeLinks } from './unsubscribe-links';

@Global()
@Module({
  imports: [TypeOrmModule.forFeature([MailRow, MailSuppression])],
  providers: [
    ExpireMails,
    MailAdministration,
    MailDelivery,
    MailFindings,
    MailRenderer,
    MailRows,
    MailTemplates,
    MailWorker,
    Mails,
    SmtpTransport,
    UnsubscribeLinks,
  ],
  exports: [MailAdministration, MailTemplates, Mails, UnsubscribeLinks],
})
export class MailModule {}
