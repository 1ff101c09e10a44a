import { Module } from '@nestjs/common';
import { MailsController } from './mails.controller';

/** Shows mails to administrators, who send failed ones again. */
@Module({ controllers: [MailsController] })
export class MailAdministrationModule {}
