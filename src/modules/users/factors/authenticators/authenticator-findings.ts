import { Injectable } from '@nestjs/common';
import type { Finding } from '../../../../platform/findings/finding';
import { FindingSources, type FindingSource } from '../../../../platform/findings/finding-sources';
import { Authenticators } from './authenticators';

/** Reports that AUTH_SECRET is not the one with which the secrets of authenticator apps were encrypted. */
@Injectable()
export class AuthenticatorFindings implements FindingSource {
  constructor(
    sources: FindingSources,
    private readonly authenticators: Authenticators,
  ) {
    sources.register(this);
  }

  /** The oldest app is enough: if any was added before AUTH_SECRET was changed, the oldest was. */
  async findings(): Promise<Finding[]> {
    return (await this.authenticators.isOldestUnreadable()) ? [unreadable] : [];
  }
}

const unreadable: Finding = {
  kind: 'unreadable-authenticators',
  severity: 'critical',
  subject: 'AUTH_SECRET',
  explanation:
    'The secrets of authenticator apps were encrypted with another AUTH_SECRET. People with an app can sign in only with a recovery code or a passkey.',
  mend: '-- Set the earlier AUTH_SECRET, and restart',
};
