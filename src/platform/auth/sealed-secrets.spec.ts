import { Config } from '../config/config';
import { SealedSecrets } from './sealed-secrets';

const secretsOf = (AUTH_SECRET: string) => new SealedSecrets(new Config({ NODE_ENV: 'test', AUTH_SECRET }));
const secrets = secretsOf('a secret for tests that is long enough');
const secret = Buffer.from('twenty bytes, secret');

test('a sealed secret is opened again, and is different each time', () => {
  const sealed = [secrets.seal(secret, 'totp', 'a'), secrets.seal(secret, 'totp', 'a')];
  expect(sealed.map((text) => secrets.open(text, 'totp', 'a'))).toEqual([secret, secret]);
  expect(sealed[0]).not.toBe(sealed[1]);
  expect(Buffer.from(sealed[0]!, 'base64url').includes(secret)).toBe(false);
});

test('a sealed secret is not opened in another row, for another purpose or with another AUTH_SECRET', () => {
  const sealed = secrets.seal(secret, 'totp', 'a');
  expect(secrets.open(sealed, 'totp', 'b')).toBeNull();
  expect(secrets.open(sealed, 'other', 'a')).toBeNull();
  expect(secretsOf('another secret for tests, long enough').open(sealed, 'totp', 'a')).toBeNull();
});

test('a sealed secret that was changed or cut is not opened', () => {
  const bytes = Buffer.from(secrets.seal(secret, 'totp', 'a'), 'base64url');
  for (let index = 0; index < bytes.length; index++) {
    const changed = Buffer.from(bytes);
    changed[index]! ^= 1;
    expect(secrets.open(changed.toString('base64url'), 'totp', 'a')).toBeNull();
    expect(secrets.open(bytes.subarray(0, index).toString('base64url'), 'totp', 'a')).toBeNull();
  }
});
