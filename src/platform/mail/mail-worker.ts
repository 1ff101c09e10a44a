import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable, Logger, type BeforeApplicationShutdown } from '@nestjs/common';
import { CallScope, inScope } from '../database/scope/call-scope';
import { BackgroundLoops, type BackgroundLoop } from '../jobs/background-loops';
import { mailPriorities } from './mail.lists';
import { MailDelivery } from './mail-delivery';
import { Mails } from './mails';
import { maxConnections, SmtpTransport } from './smtp-transport';

const pollMs = 1_000;
const maxStopWaitMs = 10_000;

/** The last lane sends all mails. The first sends only urgent ones, so that a thousand slow mails never delay a warning to a person. */
const lanes = [
  { limit: 1, maxPriority: mailPriorities.indexOf('urgent') },
  { limit: maxConnections - 1, maxPriority: mailPriorities.indexOf('bulk') },
];

/** Sends mails in this process, immediately after a commit of this process wrote one, and otherwise once a second. */
@Injectable()
export class MailWorker implements BackgroundLoop, BeforeApplicationShutdown {
  private readonly log = new Logger('Mail');
  private readonly running = new Map<object, Promise<void>>();
  private timer: NodeJS.Timeout | undefined;
  private isStopping = false;

  constructor(
    loops: BackgroundLoops,
    private readonly mails: Mails,
    private readonly delivery: MailDelivery,
    private readonly transport: SmtpTransport,
  ) {
    loops.register(this);
  }

  start(): void {
    if (this.mails.destination !== 'server') return;
    this.mails.onMailsWritten = () => this.wake();
    this.timer = setInterval(() => this.wake(), pollMs);
    this.wake();
  }

  /** Mails that are still being sent then are sent again by another worker, with the same Message-ID. */
  async beforeApplicationShutdown(): Promise<void> {
    clearInterval(this.timer);
    this.isStopping = true;
    this.mails.onMailsWritten = () => undefined;
    const limit = new AbortController();
    const allSent = Promise.all(this.running.values()).finally(() => limit.abort());
    await Promise.race([allSent, sleep(maxStopWaitMs, undefined, { signal: limit.signal }).catch(() => undefined)]);
    this.transport.close();
  }

  private wake(): void {
    for (const lane of lanes) if (!this.running.has(lane)) this.startLane(lane);
  }

  /** The delivery gets a new scope, because it does not belong to the request whose commit started it. */
  private startLane(lane: (typeof lanes)[number]): void {
    const run = inScope(new CallScope('events', 'mail'), () => this.deliver(lane)).finally(() =>
      this.running.delete(lane),
    );
    this.running.set(lane, run);
  }

  private async deliver({ limit, maxPriority }: (typeof lanes)[number]): Promise<void> {
    try {
      await this.delivery.drain(limit, maxPriority, () => !this.isStopping);
    } catch (error) {
      if (!this.isStopping) this.log.error('Sending of mails stopped; it continues with the next poll', error);
    }
  }
}
