import { createHmac, randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { SealedSecrets } from '../../../../platform/auth/sealed-secrets';

const purpose = 'webhook';
const secretBytes = 32;

/** Creates the secrets of endpoints, and signs messages with them as the specification “Standard Webhooks” says. */
@Injectable()
export class WebhookSecrets {
  constructor(private readonly secrets: SealedSecrets) {}

  /** Returns the secret for the receiver, and the form that is stored. */
  create(url: string): { secret: string; sealedSecret: string } {
    const bytes = randomBytes(secretBytes);
    return { secret: `whsec_${bytes.toString('base64')}`, sealedSecret: this.secrets.seal(bytes, purpose, url) };
  }

  /**
   * The headers of a message: one signature for each secret, so that the receiver may know either.
   * @throws Error if a secret was sealed with another AUTH_SECRET or for another address
   */
  headersFor(messageId: string, body: string, { url, sealedSecrets, now }: SigningKeys): Record<string, string> {
    const timestamp = String(Math.floor(now.getTime() / 1_000));
    const signatures = sealedSecrets.map((sealed) => {
      const secret = this.secrets.open(sealed, purpose, url);
      if (!secret) throw new Error('The secret cannot be opened, perhaps because AUTH_SECRET has changed. Rotate it');
      return `v1,${createHmac('sha256', secret).update(`${messageId}.${timestamp}.${body}`).digest('base64')}`;
    });
    return { 'webhook-id': messageId, 'webhook-timestamp': timestamp, 'webhook-signature': signatures.join(' ') };
  }
}

interface SigningKeys {
  url: string;
  sealedSecrets: readonly string[];
  now: Date;
}
