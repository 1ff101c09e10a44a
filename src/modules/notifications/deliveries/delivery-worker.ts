import { setImmediate as nextLoopIteration } from 'node:timers/promises';
import { Injectable, type BeforeApplicationShutdown } from '@nestjs/common';
import { BackgroundLoops, type BackgroundLoop } from '../../../platform/jobs/background-loops';
import { Lanes, type Lane } from '../../../platform/jobs/lanes';
import { NotificationDeliveries } from './deliveries';
import { NotificationChannels, type NotificationChannel } from './notification-channels';

/**
 * Sends deliveries in this process. Each channel has two lanes. One sends only what is urgent, so that an announcement to thousands
 * never delays a warning.
 */
@Injectable()
export class DeliveryWorker implements BackgroundLoop, BeforeApplicationShutdown {
  private readonly lanes: Lanes;

  constructor(
    loops: BackgroundLoops,
    private readonly channels: NotificationChannels,
    private readonly deliveries: NotificationDeliveries,
  ) {
    loops.register(this);
    this.lanes = new Lanes('Deliveries', 'deliveries', () => this.channels.all.flatMap(lanesOf));
  }

  start(): void {
    this.deliveries.onAdded = () => this.lanes.wake();
    this.lanes.start();
  }

  beforeApplicationShutdown(): Promise<void> {
    return this.lanes.stop();
  }

  /** Sends what is due now in all channels, one after another. */
  async drain(): Promise<void> {
    for (const channel of this.channels.all) await deliverAll(channel, false, () => true);
  }
}

const lanesOf = (channel: NotificationChannel): Lane[] =>
  [true, false].map((isUrgentOnly) => ({
    name: isUrgentOnly ? `${channel.key}, urgent` : channel.key,
    run: (shouldContinue) => deliverAll(channel, isUrgentOnly, shouldContinue),
  }));

async function deliverAll(
  channel: NotificationChannel,
  isUrgentOnly: boolean,
  shouldContinue: () => boolean,
): Promise<void> {
  while (shouldContinue() && (await channel.deliver(isUrgentOnly))) {
    // On SQLite a delivery may never wait for I/O, and then all other work would wait.
    await nextLoopIteration();
  }
}
