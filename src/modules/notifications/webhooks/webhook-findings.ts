import { Injectable } from '@nestjs/common';
import { int } from '../../../platform/database/columns';
import { Database } from '../../../platform/database/database';
import type { Finding } from '../../../platform/findings/finding';
import { FindingSources, type FindingSource } from '../../../platform/findings/finding-sources';
import { Metrics } from '../../../platform/metrics/metrics';

/** Reports endpoints that get nothing because their receiver answered 410. */
@Injectable()
export class WebhookFindings implements FindingSource {
  constructor(
    sources: FindingSources,
    metrics: Metrics,
    private readonly database: Database,
  ) {
    sources.register(this);
    const gone = metrics.gauge('teoart_webhook_endpoints_gone', 'Webhook endpoints whose receiver answered 410');
    metrics.onScrape(async () => gone.set({}, (await this.findGone()).length));
  }

  async findings(): Promise<Finding[]> {
    return (await this.findGone()).map(goneFinding);
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
