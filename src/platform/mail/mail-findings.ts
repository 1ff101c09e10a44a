import { Injectable } from '@nestjs/common';
import { formatDuration, type Finding } from '../findings/finding';
import { FindingSources, type FindingSource } from '../findings/finding-sources';
import { Metrics } from '../metrics/metrics';
import { MailRows } from './mail-rows';
import { Mails } from './mails';

const maxDelayMs = 15 * 60_000;

/** Reports mails that are not delivered, as findings and metrics. */
@Injectable()
export class MailFindings implements FindingSource {
  constructor(
    sources: FindingSources,
    metrics: Metrics,
    private readonly mails: Mails,
    private readonly rows: MailRows,
  ) {
    sources.register(this);
    const counts = metrics.gauge('teoart_mails', 'Mails that are not delivered', ['state']);
    const oldest = metrics.gauge('teoart_mail_oldest_seconds', 'Age of the oldest mail that waits');
    metrics.onScrape(async () => {
      const { oldestMs, ...byState } = await this.rows.countByStatus();
      for (const [state, count] of Object.entries(byState)) counts.set({ state }, count);
      oldest.set({}, oldestMs / 1_000);
    });
  }

  async findings(): Promise<Finding[]> {
    const { waiting, failing, failed, oldestMs } = await this.rows.countByStatus();
    const findings: Finding[] = [];
    if (this.mails.destination === 'nowhere') findings.push(notConfigured);
    if (failed > 0)
      findings.push({
        kind: 'undelivered-mails',
        severity: 'warning',
        subject: 'mail',
        explanation: `${failed} mails were not delivered, and they are not tried again.`,
        mend: '-- node dist/src/cli.js mail:list --status failed',
      });
    if (oldestMs > maxDelayMs && waiting + failing > 0)
      findings.push({
        kind: 'late-mails',
        severity: 'critical',
        subject: 'mail',
        explanation: `${waiting + failing} mails wait, and ${failing} of them were tried before. The oldest has waited ${formatDuration(oldestMs)}. Check the mail server, and that a process runs with WORKER=on and MAIL_URL.`,
        mend: '-- node dist/src/cli.js mail:list --status waiting',
      });
    return findings;
  }
}

const notConfigured: Finding = {
  kind: 'mail-not-configured',
  severity: 'warning',
  subject: 'MAIL_URL',
  explanation:
    'The school sends no mail. So addresses are not verified, and people who forget their password need an administrator.',
  mend: '-- Set MAIL_URL and MAIL_FROM, and restart',
};
