import { Injectable, type BeforeApplicationShutdown } from '@nestjs/common';
import { BackgroundLoops, type BackgroundLoop } from '../jobs/background-loops';
import { Lanes, type Lane } from '../jobs/lanes';
import { mailPriorities } from './mail.lists';
import { MailDelivery } from './mail-delivery';
import { Mails } from './mails';
import { maxConnections, SmtpTransport } from './smtp-transport';

/** The last lane sends all mails. The first sends only urgent ones, so that a thousand slow mails never delay a warning to a person. */
const lanes = [
  { name: 'urgent mails', limit: 1, maxPriority: mailPriorities.indexOf('urgent') },
  { name: 'mails', limit: maxConnections - 1, maxPriority: mailPriorities.indexOf('bulk') },
];

/** Sends mails in this process. What it has not recorded at its end is sent again by another worker, with the same Message-ID. */
@Injectable()
export class MailWorker implements BackgroundLoop, BeforeApplicationShutdown {
  private readonly lanes: Lanes;

  constructor(
    loops: BackgroundLoops,
    private readonly mails: Mails,
    delivery: MailDelivery,
    private readonly transport: SmtpTransport,
  ) {
    loops.register(this);
    const toLane = ({ name, limit, maxPriority }: (typeof lanes)[number]): Lane => ({
      name,
      run: (shouldContinue) => delivery.drain(limit, maxPriority, shouldContinue),
    });
    this.lanes = new Lanes('Mail', 'mail', () => lanes.map(toLane));
  }

  start(): void {
    if (this.mails.destination !== 'server') return;
    this.mails.onMailsWritten = () => this.lanes.wake();
    this.lanes.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.lanes.stop();
    this.transport.close();
  }
}
