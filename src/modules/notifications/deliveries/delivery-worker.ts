import { setImmediate as nextLoopIteration } from 'node:timers/promises';
import { Injectable, Logger, type BeforeApplicationShutdown } from '@nestjs/common';
import { CallScope, inScope } from '../../../platform/database/scope/call-scope';
import { BackgroundLoops, type BackgroundLoop } from '../../../platform/jobs/background-loops';
import { NotificationDeliveries } from './deliveries';
import { NotificationChannels, type NotificationChannel } from './notification-channels';

const pollMs = 1_000;

/**
 * Sends deliveries in this process, immediately after a commit of this process added some, and otherwise once a second. Each channel has
 * two lanes. One sends only what is urgent, so that an announcement to thousands never delays a warning.
 */
@Injectable()
export class DeliveryWorker implements BackgroundLoop, BeforeApplicationShutdown {
  private readonly log = new Logger('Deliveries');
  private readonly running = new Map<string, Promise<void>>();
  private timer: NodeJS.Timeout | undefined;
  private isStopping = false;

  constructor(
    loops: BackgroundLoops,
    private readonly channels: NotificationChannels,
    private readonly deliveries: NotificationDeliveries,
  ) {
    loops.register(this);
  }

  start(): void {
    this.deliveries.onAdded = () => this.wake();
    this.timer = setInterval(() => this.wake(), pollMs);
    this.wake();
  }

  /** What is not recorded by then is claimed again after the lease. */
  async beforeApplicationShutdown(): Promise<void> {
    clearInterval(this.timer);
    this.isStopping = true;
    this.deliveries.onAdded = () => undefined;
    await Promise.all(this.running.values());
  }

  /** Sends what is due now in all channels, one after another. */
  async drain(): Promise<void> {
    for (const channel of this.channels.all) await this.deliverAll(channel, false);
  }

  private wake(): void {
    for (const channel of this.channels.all)
      for (const isUrgentOnly of [true, false]) {
        const lane = `${channel.key} ${isUrgentOnly}`;
        if (!this.running.has(lane)) this.startLane(lane, channel, isUrgentOnly);
      }
  }

  /** The delivery gets a new scope, because it does not belong to the transaction whose commit started it. */
  private startLane(lane: string, channel: NotificationChannel, isUrgentOnly: boolean): void {
    const run = inScope(new CallScope('events', 'deliveries'), () => this.deliverAll(channel, isUrgentOnly))
      .catch((error: unknown) => {
        if (!this.isStopping)
          this.log.error(`Sending by ${channel.key} stopped; it continues with the next poll`, error);
      })
      .finally(() => this.running.delete(lane));
    this.running.set(lane, run);
  }

  private async deliverAll(channel: NotificationChannel, isUrgentOnly: boolean): Promise<void> {
    while (!this.isStopping && (await channel.deliver(isUrgentOnly))) {
      // On SQLite a delivery may never wait for I/O, and then all other work would wait.
      await nextLoopIteration();
    }
  }
}
