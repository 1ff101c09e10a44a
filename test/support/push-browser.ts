import { createECDH, createPublicKey, randomBytes, type ECDH } from 'node:crypto';
import { decode, verify } from 'jsonwebtoken';
import type { ReceivedRequest } from './http-receiver';

// The package has no types.
// eslint-disable-next-line @typescript-eslint/no-require-imports
const { decrypt } = require('http_ece') as {
  decrypt: (body: Buffer, options: { version: 'aes128gcm'; privateKey: ECDH; authSecret: Buffer }) => Buffer;
};

/** What a browser does: it makes keys for a subscription, and decrypts what the push service hands over (RFC 8291). */
export class PushBrowser {
  private readonly privateKey = createECDH('prime256v1');
  private readonly authSecret = randomBytes(16);

  constructor(readonly endpoint: string) {
    this.privateKey.generateKeys();
  }

  get subscription() {
    const keys = { p256dh: this.privateKey.getPublicKey('base64url'), auth: this.authSecret.toString('base64url') };
    return { endpoint: this.endpoint, keys, name: 'My phone' };
  }

  read({ body, headers }: ReceivedRequest): any {
    expect(headers['content-encoding']).toBe('aes128gcm');
    const { privateKey, authSecret } = this;
    return JSON.parse(decrypt(body, { version: 'aes128gcm', privateKey, authSecret }).toString());
  }
}

/** Verifies the identity of the sender as a push service does (RFC 8292). Returns the claims. */
export function verifyVapid({ headers }: ReceivedRequest, publicKey: string): any {
  const [, token = '', key] = /^vapid t=([\w.-]+), k=([\w-]+)$/.exec(headers.authorization ?? '') ?? [];
  expect(key).toBe(publicKey);
  const point = Buffer.from(publicKey, 'base64url');
  const [x, y] = [point.subarray(1, 33), point.subarray(33)].map((part) => part.toString('base64url'));
  const jwk = { kty: 'EC', crv: 'P-256', x: x!, y: y! };
  verify(token, createPublicKey({ format: 'jwk', key: jwk }), { algorithms: ['ES256'] });
  return decode(token);
}
