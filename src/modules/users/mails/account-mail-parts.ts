import { AccountMails } from './account-mails';
import { MailWhenAccountAtRisk } from './mail-when-account-at-risk';

/** What the module of users needs of this folder. */
export const accountMails = {
  providers: [AccountMails, MailWhenAccountAtRisk],
};
