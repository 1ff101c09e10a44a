import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { authSecret } from './auth-secret';
import { Config } from '../config/config';

const algorithm = 'aes-256-gcm';
const nonceBytes = 12;
const tagBytes = 16;

/**
 * Encrypts secrets that the server must read again, so that a copy of the database does not contain them. The key is derived from
 * AUTH_SECRET. The purpose and the id of the row are authenticated, so that a sealed secret is useless in another row.
 */
@Injectable()
export class SealedSecrets {
  private readonly key: Buffer;

  constructor(config: Config) {
    this.key = Buffer.from(hkdfSync('sha256', authSecret(config), '', 'secrets of second factors', 32));
  }

  seal(secret: Buffer, purpose: string, rowId: string): string {
    const nonce = randomBytes(nonceBytes);
    const cipher = createCipheriv(algorithm, this.key, nonce).setAAD(contextOf(purpose, rowId));
    const sealed = Buffer.concat([cipher.update(secret), cipher.final()]);
    return Buffer.concat([nonce, sealed, cipher.getAuthTag()]).toString('base64url');
  }

  /** Returns null if the text was sealed for another row or purpose, with another AUTH_SECRET, or was changed. */
  open(text: string, purpose: string, rowId: string): Buffer | null {
    const bytes = Buffer.from(text, 'base64url');
    if (bytes.length < nonceBytes + tagBytes) return null;
    const decipher = createDecipheriv(algorithm, this.key, bytes.subarray(0, nonceBytes), { authTagLength: tagBytes });
    decipher.setAAD(contextOf(purpose, rowId)).setAuthTag(bytes.subarray(-tagBytes));
    try {
      return Buffer.concat([decipher.update(bytes.subarray(nonceBytes, -tagBytes)), decipher.final()]);
    } catch {
      return null;
    }
  }
}

const contextOf = (purpose: string, rowId: string): Buffer => Buffer.from(JSON.stringify([purpose, rowId]));
