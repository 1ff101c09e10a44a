import { Injectable } from '@nestjs/common';
import type { Finding } from '../../../platform/findings/finding';
import { FindingSources, type FindingSource } from '../../../platform/findings/finding-sources';
import { VapidKeys } from './vapid-keys';

/** Reports that the school sends no push messages. */
@Injectable()
export class PushFindings implements FindingSource {
  constructor(
    sources: FindingSources,
    private readonly vapidKeys: VapidKeys,
  ) {
    sources.register(this);
  }

  async findings(): Promise<Finding[]> {
    return this.vapidKeys.vapid ? [] : [notConfigured];
  }
}

const notConfigured: Finding = {
  kind: 'push-not-configured',
  severity: 'notice',
  subject: 'VAPID_PRIVATE_KEY',
  explanation: 'The school sends no push messages, so the switch in the settings of people does nothing.',
  mend: '-- npx web-push generate-vapid-keys, set VAPID_PRIVATE_KEY, and restart',
};
