import { Injectable, Logger } from '@nestjs/common';
import { errorLine } from '../errors/loggable-error';
import { Metrics } from '../metrics/metrics';
import { toFailure, type DeliveryFailure } from './delivery-failure';
import { MailRenderer, type RenderedMail } from './mail-renderer';
import { MailRows, maxMailAttempts, type ClaimedMail } from './mail-rows';
import { SmtpTransport } from './smtp-transport';

/** `unreachable`: the server cannot be used now, so the rest waits for the next poll. `done`: nothing is due. */
type DeliveryProgress = 'more' | 'done' | 'unreachable';

/**
 * Sends the mails that are due. No transaction is open while a mail is sent, because SQLite has one writer and a server may take
 * long. If the process dies between the sending and its record, the mail is sent again with the same Message-ID.
 */
@Injectable()
export class MailDelivery {
  private readonly log = new Logger('Mail');
  private readonly attempts;

  constructor(
    private readonly rows: MailRows,
    private readonly renderer: MailRenderer,
    private readonly transport: SmtpTransport,
    metrics: Metrics,
  ) {
    this.attempts = metrics.counter('teoart_mail_attempts_total', 'Attempts to send a mail, by their result', [
      'result',
    ]);
  }

  /** Sends up to `limit` due mails at the same time, of at most this priority number. */
  async deliverNext(limit: number, maxPriority: number): Promise<DeliveryProgress> {
    const mails = await this.rows.claim(limit, maxPriority);
    if (mails.length === 0) return 'done';
    const results = await Promise.all(mails.map((mail) => this.deliver(mail)));
    return results.includes('server') ? 'unreachable' : 'more';
  }

  /** Sends until nothing is due, or until `shouldContinue` returns false. */
  async drain(limit: number, maxPriority: number, shouldContinue = (): boolean => true): Promise<void> {
    let progress: DeliveryProgress = 'more';
    while (progress === 'more' && shouldContinue()) progress = await this.deliverNext(limit, maxPriority);
  }

  private async deliver(mail: ClaimedMail): Promise<'sent' | DeliveryFailure['kind']> {
    const suppression = await this.rows.findSuppression(mail.address);
    if (suppression !== null) return this.refuse(mail, 'suppressed', suppression);
    // A process that dies while it sends records no result, so a mail that kills its process would be claimed for ever.
    if (mail.attempts > maxMailAttempts)
      return this.refuse(mail, 'failed', 'All attempts ended without a result, perhaps with the death of the process');
    if (mail.isExpired)
      return this.refuse(mail, 'failed', 'The link in this mail expired before the mail could be sent');
    const failure = await this.send(mail);
    if (failure) return this.record(mail, failure);
    await this.rows.markSent(mail);
    this.attempts.inc({ result: 'sent' });
    return 'sent';
  }

  private async send(mail: ClaimedMail): Promise<DeliveryFailure | null> {
    let rendered: RenderedMail;
    try {
      rendered = this.renderer.render(mail);
    } catch (error) {
      // A newer version of the program may know the template.
      return { kind: 'later', reason: errorLine(error) };
    }
    const { messageId, address, createdAt } = mail;
    return this.transport.send({ ...rendered, messageId, address, createdAt }).then(() => null, toFailure);
  }

  private async record(mail: ClaimedMail, { kind, reason }: DeliveryFailure): Promise<DeliveryFailure['kind']> {
    if (kind === 'never') return this.refuse(mail, 'failed', reason);
    if (kind === 'address') {
      await this.rows.suppress(mail.address, reason);
      return this.refuse(mail, 'suppressed', reason);
    }
    const status = await this.rows.postpone(mail, reason);
    this.attempts.inc({ result: status === 'failed' ? 'failed' : 'postponed' });
    if (status === 'failed')
      this.log.error(`${describe(mail)} failed in ${mail.attempts} attempts; it waits for an administrator`);
    else if (mail.attempts === 1) this.log.warn(`${describe(mail)} was not taken; it is retried. ${statusOf(reason)}`);
    return kind;
  }

  private async refuse(mail: ClaimedMail, status: 'failed' | 'suppressed', reason: string): Promise<'never'> {
    await this.rows.finish(mail, status, reason);
    this.attempts.inc({ result: status });
    this.log.warn(`${describe(mail)} is not sent: ${status}. ${statusOf(reason)}`);
    return 'never';
  }
}

const describe = ({ id, template }: ClaimedMail): string => `Mail ${id} (${template})`;

/**
 * The status code only, because servers repeat the address in their responses, and a log must not contain it. Without a response of
 * the server, the reason is a message of the network without an address.
 */
const statusOf = (reason: string): string =>
  /^\d{3}(?:[ -]\d\.\d{1,3}\.\d{1,3})?/.exec(reason)?.[0] ?? reason.replace(/\S+@\S+/g, '…');
