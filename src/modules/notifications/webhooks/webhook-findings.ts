import { Injectable } from '@nestjs/common';
import { int } from '../../../platform/database/columns';
import { Database } from '../../../platform/database/database';
import type { Finding } from '../../../platform/findings/finding';
import { FindingSources, type FindingSource } from '../../../platform/findings/finding-sources';
import { Metrics } from '../../../platform/metrics/metrics';

/** Reports webhooks that do not arrive, as findings and metrics. */
@Injectable()
export class WebhookFindings implements FindingSource {
  constructor(
    sources: FindingSources,
    metrics: Metrics,
    private readonly database: Database,
  ) {
    sources.register(this);
    const gone = metrics.gauge('teoart_webhook_endpoints_gone', 'Webhook endpoints whose receiver answered 410');
    const failed = metrics.gauge('teoart_webhooks_failed', 'Webhooks that failed for more than a day');
    metrics.onScrape(async () => {
      gone.set({}, (await this.findGone()).length);
      failed.set({}, await this.countFailed());
    });
  }

  async findings(): Promise<Finding[]> {
    const failedCount = await this.countFailed();
    const findings = (await this.findGone()).map(goneFinding);
    return failedCount > 0 ? [...findings, failedFinding(failedCount)] : findings;
  }

  private async countFailed(): Promise<number> {
    const sql = `SELECT count(*) AS failed FROM notifications_delivery WHERE channel = 'webhook' AND status = 'failed'`;
    return (await this.database.row({ failed: int }, sql))!.failed;
  }

  private async findGone(): Promise<number[]> {
    const sql = `SELECT id FROM notifications_webhookendpoint WHERE deactivation_reason = 'gone' ORDER BY id`;
    return (await this.database.rows({ id: int }, sql)).map(({ id }) => id);
  }
}

const goneFinding = (id: number): Finding => ({
  kind: 'webhook-endpoint-gone',
  severity: 'warning',
  subject: `webhook endpoint ${id}`,
  explanation: 'The receiver answered 410, so nothing is sent to it.',
  mend: `-- PUT /api/v1/webhook-endpoints/${id}/activation, or DELETE /api/v1/webhook-endpoints/${id}`,
});

const failedFinding = (count: number): Finding => ({
  kind: 'undelivered-webhooks',
  severity: 'warning',
  subject: 'webhooks',
  explanation: `${count} webhooks failed for more than a day, and they are not tried again.`,
  mend: '-- GET /api/v1/webhook-endpoints/{id}/deliveries?status=failed, then POST …/retries',
});
