import { createECDH, hkdfSync } from 'node:crypto';
import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { authSecret } from '../../../platform/auth/auth-secret';
import { Config } from '../../../platform/config/config';
import { pushSettings } from './push.settings';

interface Vapid {
  subject: string;
  publicKey: string;
  privateKey: string;
}

/**
 * The key that identifies the school to push services (RFC 8292). Outside production it is derived from AUTH_SECRET, so that push works
 * without a setting. In production AUTH_SECRET may change, and with a derived key this would silently end every subscription.
 */
@Injectable()
export class VapidKeys implements OnModuleInit {
  /** Null if the school sends no push messages. */
  readonly vapid: Vapid | null;

  constructor(config: Config) {
    const { VAPID_PRIVATE_KEY: configured, VAPID_SUBJECT: subject } = config.of(pushSettings);
    const privateKey = configured ?? (config.isProduction ? null : derivedKey(config));
    const defaultSubject = config.publicUrl.startsWith('https:')
      ? config.publicUrl
      : `mailto:${config.mailFrom.address}`;
    this.vapid = privateKey
      ? { subject: subject ?? defaultSubject, privateKey, publicKey: publicKeyOf(privateKey) }
      : null;
  }

  onModuleInit(): void {
    if (!this.vapid) new Logger('Push').warn('VAPID_PRIVATE_KEY is not set, so the school sends no push messages');
  }
}

const derivedKey = (config: Config): string =>
  Buffer.from(hkdfSync('sha256', authSecret(config), '', 'teoart vapid', 32)).toString('base64url');

function publicKeyOf(privateKey: string): string {
  const curve = createECDH('prime256v1');
  curve.setPrivateKey(privateKey, 'base64url');
  return curve.getPublicKey('base64url');
}
