import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { LinkTokens } from '../../../platform/auth/link-tokens';
import { Config } from '../../../platform/config/config';
import { text } from '../../../platform/database/columns';
import { Database } from '../../../platform/database/database';
import { MailTemplates, type MailTemplate } from '../../../platform/mail/mail-templates';
import { Mails } from '../../../platform/mail/mails';
import type { TextValues } from '../../../platform/texts/texts';
import { userSettings } from '../users.settings';
import { accountMailTexts, type AccountMail } from './account-mail-texts';

type LinkPurpose = 'email-verification' | 'password-reset';

/** The token of a link, and the text from which it is derived again when the mail is sent. Only the text may be stored. */
interface MailedLink {
  seed: string;
  token: string;
}

interface Recipient {
  /** The default is the present address of the person. */
  address?: string;
  expiresAt?: Date;
}

const recipientShape = { email: text, username: text, language: text, timezone: text };

/** Writes the mails about accounts, in the transaction of the caller. */
@Injectable()
export class AccountMails {
  constructor(
    templates: MailTemplates,
    private readonly mails: Mails,
    private readonly tokens: LinkTokens,
    private readonly database: Database,
    private readonly config: Config,
  ) {
    for (const [name, texts] of Object.entries(accountMailTexts)) templates.register(this.templateOf(name, texts));
  }

  createLink(purpose: LinkPurpose): MailedLink {
    const seed = randomUUID();
    return { seed, token: this.tokens.create(purpose, seed) };
  }

  /** A person who was removed meanwhile gets no mail. */
  async enqueue(userId: number, template: AccountMail, values: TextValues, recipient: Recipient = {}): Promise<void> {
    const person = await this.database.row(
      recipientShape,
      `SELECT u.email, u.username, s.language, s.timezone
       FROM users_user u JOIN users_usersettings s ON s.user_id = u.id WHERE u.id = $1`,
      [userId],
    );
    if (!person) return;
    const { email, username, language, timezone } = person;
    this.mails.enqueue({
      template,
      personId: userId,
      address: recipient.address ?? email,
      language,
      timezone,
      values: { username, ...values },
      ...(recipient.expiresAt ? { expiresAt: recipient.expiresAt } : {}),
    });
  }

  /** A mail with a link has the value `seed`. The token is a fragment, so that browsers do not send it to the server of the page. */
  private templateOf(name: string, texts: MailTemplate['texts']): MailTemplate {
    const purpose = linkPurposes[name];
    if (!purpose) return { name, priority: 'urgent', texts };
    const actionUrl = ({ seed }: TextValues): string =>
      `${this.pageOf(purpose)}#token=${this.tokens.create(purpose, String(seed))}`;
    return { name, priority: 'urgent', texts, actionUrl };
  }

  private pageOf(purpose: LinkPurpose): string {
    const { EMAIL_VERIFICATION_URL, PASSWORD_RESET_URL } = this.config.of(userSettings);
    if (purpose === 'password-reset') return PASSWORD_RESET_URL ?? `${this.config.publicUrl}/reset-password`;
    return EMAIL_VERIFICATION_URL ?? `${this.config.publicUrl}/verify-email`;
  }
}

const linkPurposes: Record<string, LinkPurpose> = {
  'users.email-verification': 'email-verification',
  'users.email-change': 'email-verification',
  'users.password-reset': 'password-reset',
};
