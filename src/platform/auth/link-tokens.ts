import { createHmac, hkdfSync, type KeyObject } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { AUTH_SECRET } from './access-tokens';

/**
 * Derives the tokens of links in mails from AUTH_SECRET. A row holds only the subject, a random text, so neither a copy of the
 * database nor a stored mail contains a usable link. Each purpose has its own key.
 */
@Injectable()
export class LinkTokens {
  private readonly keys = new Map<string, Buffer>();

  constructor(@Inject(AUTH_SECRET) private readonly secret: KeyObject) {}

  /** Returns 43 characters that are safe in a URL. */
  create(purpose: string, subject: string): string {
    return createHmac('sha256', this.keyOf(purpose)).update(subject).digest('base64url');
  }

  private keyOf(purpose: string): Buffer {
    const known = this.keys.get(purpose);
    if (known) return known;
    const key = Buffer.from(hkdfSync('sha256', this.secret.export(), '', `teoart link ${purpose}`, 32));
    this.keys.set(purpose, key);
    return key;
  }
}
