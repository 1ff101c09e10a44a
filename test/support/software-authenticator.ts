import { createHash, createSign, generateKeyPairSync, randomBytes, type KeyObject } from 'node:crypto';

const userPresent = 0x01;
const userVerified = 0x04;
const canBeSynced = 0x08;
const hasCredential = 0x40;

const sha256 = (data: string | Buffer): Buffer => createHash('sha256').update(data).digest();
const base64url = (data: Buffer | string): string => Buffer.from(data).toString('base64url');

/** CBOR heads (RFC 8949 § 3) for lengths below 65,536. */
function head(major: number, length: number): Buffer {
  const type = major << 5;
  if (length < 24) return Buffer.from([type | length]);
  return length < 256 ? Buffer.from([type | 24, length]) : Buffer.from([type | 25, length >> 8, length & 255]);
}
const cborBytes = (data: Buffer): Buffer => Buffer.concat([head(2, data.length), data]);
const cborText = (text: string): Buffer => Buffer.concat([head(3, text.length), Buffer.from(text)]);
const cborInteger = (value: number): Buffer => (value < 0 ? head(1, -1 - value) : head(0, value));

/** What a page, or an attacker, can change in a ceremony. */
export interface CeremonyOptions {
  origin?: string;
  rpId?: string;
  isVerified?: boolean;
  /** The counter in the response. Default: it grows, or is 0 for a synced passkey. */
  counter?: number;
  userHandle?: string;
}

/** An authenticator with one ES256 key, for what no browser lets a test do: wrong origins, copied keys, repeated responses. */
export class SoftwareAuthenticator {
  private readonly credentialId = randomBytes(32);
  private readonly privateKey: KeyObject;
  private readonly coseKey: Buffer;
  private userHandle = '';
  private counter = 0;

  constructor(
    private readonly origin: string,
    private readonly rpId: string,
    private readonly isSynced = false,
  ) {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const { x, y } = publicKey.export({ format: 'jwk' }) as { x: string; y: string };
    this.privateKey = privateKey;
    this.coseKey = Buffer.concat([
      ...[head(5, 5), cborInteger(1), cborInteger(2), cborInteger(3), cborInteger(-7)],
      ...[cborInteger(-1), cborInteger(1)],
      ...[cborInteger(-2), cborBytes(Buffer.from(x, 'base64url'))],
      ...[cborInteger(-3), cborBytes(Buffer.from(y, 'base64url'))],
    ]);
  }

  /** `navigator.credentials.create` */
  create(publicKey: any, options: CeremonyOptions = {}) {
    this.userHandle = publicKey.user.id;
    const length = Buffer.alloc(2);
    length.writeUInt16BE(this.credentialId.length);
    const credential = Buffer.concat([Buffer.alloc(16), length, this.credentialId, this.coseKey]);
    const data = Buffer.concat([this.authenticatorData(hasCredential, options), credential]);
    const attestationObject = Buffer.concat([
      ...[head(5, 3), cborText('fmt'), cborText('none'), cborText('attStmt'), head(5, 0)],
      ...[cborText('authData'), cborBytes(data)],
    ]);
    return this.credential({
      clientDataJSON: this.clientData('webauthn.create', publicKey.challenge, options),
      attestationObject: base64url(attestationObject),
      transports: ['internal'],
    });
  }

  /** `navigator.credentials.get` */
  get(publicKey: any, options: CeremonyOptions = {}) {
    if (!this.isSynced) this.counter++;
    const clientDataJSON = this.clientData('webauthn.get', publicKey.challenge, options);
    const authenticatorData = this.authenticatorData(0, options);
    const signed = Buffer.concat([authenticatorData, sha256(Buffer.from(clientDataJSON, 'base64url'))]);
    return this.credential({
      clientDataJSON,
      authenticatorData: base64url(authenticatorData),
      signature: createSign('sha256').update(signed).sign(this.privateKey, 'base64url'),
      userHandle: options.userHandle ?? this.userHandle,
    });
  }

  private credential<T>(response: T) {
    const id = base64url(this.credentialId);
    return { id, rawId: id, type: 'public-key', clientExtensionResults: {}, response };
  }

  private clientData(type: string, challenge: string, { origin = this.origin }: CeremonyOptions): string {
    return base64url(JSON.stringify({ type, challenge, origin, crossOrigin: false }));
  }

  private authenticatorData(flags: number, { rpId = this.rpId, isVerified = true, counter }: CeremonyOptions): Buffer {
    const count = Buffer.alloc(4);
    count.writeUInt32BE(counter ?? this.counter);
    const allFlags = flags | userPresent | (isVerified ? userVerified : 0) | (this.isSynced ? canBeSynced : 0);
    return Buffer.concat([sha256(rpId), Buffer.from([allFlags]), count]);
  }
}
