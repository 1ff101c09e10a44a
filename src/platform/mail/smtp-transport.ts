import { Injectable } from '@nestjs/common';
import type { Transporter } from 'nodemailer';
import { Config } from '../config/config';
import type { RenderedMail } from './mail-renderer';

interface OutgoingMail extends RenderedMail {
  messageId: string;
  address: string;
  createdAt: Date;
}

/** The most connections of a process to the mail server. */
export const maxConnections = 4;

/** Sends mails over SMTP. The package is loaded and the server is called with the first mail. */
@Injectable()
export class SmtpTransport {
  private transporter: Transporter | undefined;

  constructor(private readonly config: Config) {}

  /** Resolves when the server has taken the mail. @throws the error of nodemailer, for `toFailure` */
  async send({ messageId, address, createdAt, subject, text, html, headers }: OutgoingMail): Promise<void> {
    this.transporter ??= await this.open();
    await this.transporter.sendMail({
      from: this.config.mailFrom,
      // As an object the address is not parsed, so a comma in it cannot name a second recipient.
      to: { name: '', address },
      messageId,
      date: createdAt,
      subject,
      text,
      html,
      headers,
    });
  }

  close(): void {
    this.transporter?.close();
    this.transporter = undefined;
  }

  private async open(): Promise<Transporter> {
    const { createTransport } = await import('nodemailer');
    const { MAIL_URL: url, MAIL_TIMEOUT_MS: timeoutMs } = this.config.settings;
    return createTransport({
      url,
      pool: true,
      maxConnections,
      // Without it, whoever changes the bytes on the way removes STARTTLS from them, and reads the password and every link.
      requireTLS: this.config.isProduction,
      // A lost connection may have delivered the mail, so only the row decides about another attempt.
      maxRequeues: 0,
      connectionTimeout: timeoutMs,
      greetingTimeout: timeoutMs,
      socketTimeout: timeoutMs,
      disableFileAccess: true,
      disableUrlAccess: true,
    });
  }
}
