import { randomUUID } from 'node:crypto';
import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { Config } from '../config/config';
import { fold } from '../database/case-folding';
import { Database } from '../database/database';
import { Metrics } from '../metrics/metrics';
import { languageOf } from '../texts/languages';
import type { TextValues } from '../texts/texts';
import { Clock } from '../time/clock';
import { MailNotConfigured } from './mail.errors';
import { mailPriorities } from './mail.lists';
import { MailRows, type NewMailRow } from './mail-rows';
import { MailTemplates } from './mail-templates';
import { isMailAddress } from './mailbox-address';

export interface NewMail {
  /** The name of a registered template. */
  template: string;
  personId: number | null;
  address: string;
  /** A language tag. Without texts in this language the mail is in English. */
  language: string;
  timezone: string;
  /** Stored in the row, so they must contain no secret. */
  values: TextValues;
  expiresAt?: Date;
}

/** Where mails go. `mailbox` is the development mailbox. `nowhere` is production without MAIL_URL. */
type MailDestination = 'server' | 'mailbox' | 'nowhere';

/** Takes mails in the transaction of their cause. A worker sends them after the commit, never a request. */
@Injectable()
export class Mails implements OnModuleInit {
  private readonly log = new Logger('Mail');
  private readonly lostMails;
  /** Called after a commit that wrote mails. The worker of this process sets it, if there is one. */
  onMailsWritten: () => void = () => undefined;

  constructor(
    private readonly config: Config,
    private readonly database: Database,
    private readonly rows: MailRows,
    private readonly templates: MailTemplates,
    private readonly clock: Clock,
    metrics: Metrics,
  ) {
    this.lostMails = metrics.counter(
      'teoart_mails_not_written_total',
      'Mails that nobody gets, because MAIL_URL is not set',
    );
  }

  onModuleInit(): void {
    if (this.destination === 'nowhere')
      this.log.warn(
        'MAIL_URL is not set, so the school sends no mail: no address is verified, and nobody gets a forgotten password by mail',
      );
  }

  get destination(): MailDestination {
    if (this.config.hasMailServer) return 'server';
    return this.config.isProduction ? 'nowhere' : 'mailbox';
  }

  /** @throws MailNotConfigured where a person would wait for a mail that nobody sends */
  requireConfigured(): void {
    if (this.destination === 'nowhere') throw new MailNotConfigured();
  }

  /**
   * Writes mails with the open transaction. Without MAIL_URL, in production none is written (a finding and the start say so), and
   * elsewhere the development mailbox shows them.
   */
  enqueue(...mails: readonly NewMail[]): void {
    this.database.unit();
    if (mails.length === 0) return;
    if (this.destination === 'nowhere') {
      this.lostMails.inc(mails.length);
      return;
    }
    this.rows.enqueue(mails.map((mail) => this.toRow(mail)));
    if (this.destination === 'server') this.database.afterCommit(() => this.onMailsWritten());
  }

  /** Removes what was written to a person, sent or not, in the transaction of the caller. */
  forget(personId: number, address: string): Promise<void> {
    return this.rows.forget(personId, address);
  }

  /**
   * Removes the mails of these templates that were sent to these people, in the transaction of the caller: they may name somebody
   * whose data are removed.
   */
  forgetSent(personIds: readonly number[], templates: readonly string[]): Promise<void> {
    return this.rows.forgetSent(personIds, templates);
  }

  /** Those of the addresses that a mail server has refused for good. */
  async suppressed(addresses: readonly string[]): Promise<Set<string>> {
    const refused = await this.rows.suppressed(addresses.map(fold));
    return new Set(addresses.filter((address) => refused.has(fold(address))));
  }

  private toRow({ template, personId, address, language, timezone, values, expiresAt }: NewMail): NewMailRow {
    const isDeliverable = isMailAddress(address);
    const now = this.clock.now();
    const statusOfNew = this.destination === 'server' ? 'waiting' : 'shown';
    return {
      messageId: `<${randomUUID()}@${this.config.mailFrom.address.split('@')[1]!}>`,
      template,
      personId,
      // Imported data may hold any text as an address. It is kept for the administrator who looks for the reason.
      address: address.slice(0, 254),
      language: languageOf(language),
      timezone,
      textValues: values,
      priority: mailPriorities.indexOf(this.templates.get(template).priority),
      status: isDeliverable ? statusOfNew : 'failed',
      createdAt: now,
      dueAt: now,
      expiresAt: expiresAt ?? null,
      lastError: isDeliverable ? '' : 'This is not an address for mail',
    };
  }
}
