import { Injectable, Logger } from '@nestjs/common';
import { int } from '../../../platform/database/columns';
import { Database } from '../../../platform/database/database';
import { Clock } from '../../../platform/time/clock';
import { Notifier } from '../notifier';

/** What failures mean for an endpoint as a whole. */
@Injectable()
export class EndpointFailures {
  private readonly log = new Logger('Webhooks');

  constructor(
    private readonly database: Database,
    private readonly notifier: Notifier,
    private readonly clock: Clock,
  ) {}

  /** The receiver wants no more messages, so nothing is sent until an administrator decides. Administrators are told once. */
  async deactivate(endpointId: number): Promise<void> {
    const now = this.clock.now();
    const isChanged = await this.database.transaction(async () => {
      const sql = `UPDATE notifications_webhookendpoint SET deactivated_at = $2, deactivation_reason = 'gone'
        WHERE id = $1 AND deactivated_at IS NULL`;
      if ((await this.database.run(sql, [endpointId, now])) === 0) return false;
      await this.notifyAdministrators(endpointId, now);
      return true;
    });
    if (isChanged) this.log.error(`Webhook endpoint ${endpointId} answered 410, so it gets nothing more`);
  }

  /**
   * Messages to an endpoint that fails wait with the one that failed. Otherwise each of them would be tried, and an endpoint that
   * does not answer would delay all others. What waits already is not written again at the next failure.
   */
  async postponeOthers(endpointId: number, until: Date): Promise<void> {
    await this.database.transaction(() =>
      this.database.run(
        `UPDATE notifications_delivery SET next_attempt_at = $2 WHERE channel = 'webhook' AND target_id = $1
         AND status = 'waiting' AND attempts = 0 AND next_attempt_at <= $3`,
        [String(endpointId), until, this.clock.now()],
      ),
    );
  }

  private async notifyAdministrators(endpointId: number, now: Date): Promise<void> {
    const administrators = await this.database.rows(
      { id: int },
      `SELECT id FROM users_user WHERE role = 'admin' AND is_active ORDER BY id`,
    );
    await this.notifier.notify(
      administrators.map(({ id }) => ({
        userId: id,
        type: 'webhook_deactivated',
        message: { text: 'gone', values: { endpointId } },
        relatedObjectType: 'notifications.webhookendpoint',
        relatedObjectId: endpointId,
        dedupeKey: `webhook_deactivated:notifications.webhookendpoint.${endpointId}:${now.getTime()}`,
      })),
    );
  }
}
