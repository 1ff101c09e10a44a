import { verify } from '@node-rs/argon2';
import { Passwords } from './passwords';

/** The real one, watched. */
jest.mock('@node-rs/argon2', () => {
  const real = jest.requireActual<typeof import('@node-rs/argon2')>('@node-rs/argon2');
  return { ...real, verify: jest.fn(real.verify) };
});
const watched = jest.mocked(verify);

const password = 'boats in the early fog';
const passwords = new Passwords();

/** Made with Python's hashlib, which is what Django uses, with argon2 at the costs named, and by Django's bcrypt hashers. */
const django: [string, string][] = [
  ['pbkdf2_sha256 of today', 'pbkdf2_sha256$720000$vQ3yJ8sKx1$A3qkZ0hI1ietsxxtwEpbbvCABJbtV0F9KU2Fb70Yb38='],
  ['pbkdf2_sha256 of long ago', 'pbkdf2_sha256$1000$vQ3yJ8sKx1$07KebSZU9MbOLxWktOFXbdcx98M2bkg/IOkDV0/siUs='],
  ['pbkdf2_sha1', 'pbkdf2_sha1$1000$vQ3yJ8sKx1$s+C4tihXMC01yTxd0zgO6Jtj4Lc='],
  [
    'scrypt',
    'scrypt$16384$vQ3yJ8sKx1$8$5$y89xC9qcuncJEnz/v76zzNz28/W9vy/PpyHnLEs9KwLPBOi8D6SflB2TBGiV3u/G8mwfHGc0pz+hoBso4GfjWQ==',
  ],
  [
    'argon2id with Django’s cost',
    'argon2$argon2id$v=19$m=102400,t=2,p=8$O3rx4wlLDKY9tbfqcurPzg$BxI8f6DvvlbmBCWgPpcbXFr28IebLRiDixT5MMCWPVs',
  ],
  [
    'a cheap argon2id',
    'argon2$argon2id$v=19$m=1024,t=2,p=1$E+aFfbeRXY+ar9TEJCjCDA$mqwNNmC355ubk0TUXYO1IZtfDQp/rUaZB1uAp+D+s+A',
  ],
  ['bcrypt_sha256', 'bcrypt_sha256$$2b$06$mD1oL3mMlvm4Nuis9WLdHOqMsFx7uEUsLHOjwfRdq.ZO5oMVzlha2'],
  ['bcrypt', 'bcrypt$$2b$06$3DS9O7wNVHX38lwEC1pHz.nsTwPQfnCNt4gLBy8NGgzXC2V0fnhCO'],
  [
    'argon2i',
    'argon2$argon2i$v=19$m=102400,t=1,p=1$7nMacCteCpT5k2mExMFmeQ$unKymaeu/jWdxbrOaMWQ66dpb0DmLb80z6TO7ea9s44',
  ],
];

test('what is stored is argon2id in Django’s encoding, and another one each time', async () => {
  const [one, other] = [await passwords.hash(password), await passwords.hash(password)];
  expect(one).toMatch(/^argon2\$argon2id\$v=19\$m=47104,t=1,p=1\$[\w+/]{22}\$[\w+/]{43}$/);
  expect(one.length).toBeLessThanOrEqual(128);
  expect(one).not.toBe(other);
  expect([await passwords.matches(password, one), await passwords.matches(`${password} `, one)]).toEqual([true, false]);
});

test.each(django)('%s is verified', async (_, encoded) => {
  expect(await passwords.matches(password, encoded)).toBe(true);
  expect(await passwords.matches('another password', encoded)).toBe(false);
});

test.each([
  [null],
  ['!'],
  ['!c0kTgPzHqvYbB2h5vM6rE4nF8s1'],
  [''],
  ['plain text'],
  ['md5$salt$5f4dcc3b5aa765d61d8327deb882cf99'],
  ['argon2$rubbish'],
  ['pbkdf2_sha256$0$salt$AAAA'],
  ['pbkdf2_sha256$1000$salt$'],
  ['pbkdf2_sha256$many$salt$AAAA'],
  ['scrypt$15$salt$8$5$AAAA'],
  ['scrypt$16384$salt$8$5$'],
])('%j matches nothing, and breaks nothing', async (encoded) => {
  for (const given of [password, '', '!', 'nobody has this password'])
    expect(await passwords.matches(given, encoded)).toBe(false);
});

test('what is cheaper to guess than ours is weak', async () => {
  const weak = django.filter(([, encoded]) => passwords.isWeak(encoded)).map(([name]) => name);
  expect(weak).toEqual(
    expect.arrayContaining(['pbkdf2_sha256 of today', 'pbkdf2_sha1', 'scrypt', 'a cheap argon2id', 'argon2i']),
  );
  expect(weak).not.toContain('argon2id with Django’s cost');
  expect(passwords.isWeak(await passwords.hash(password))).toBe(false);
});

test('an unknown account costs what a known one does', async () => {
  const known = await passwords.hash(password);
  const compared = async (encoded: string | null): Promise<string | undefined> => {
    watched.mockClear();
    expect(await passwords.matches('a wrong password', encoded)).toBe(false);
    expect(watched).toHaveBeenCalledTimes(1);
    // One that cannot be read is refused without the work.
    await expect(watched.mock.results[0]!.value).resolves.toBe(false);
    return /^\$argon2id\$v=19\$[^$]+\$/.exec(String(watched.mock.calls[0]![0]))?.[0];
  };
  const cost = await compared(known);
  expect(cost).toBe('$argon2id$v=19$m=47104,t=1,p=1$');
  expect([await compared(null), await compared('!')]).toEqual([cost, cost]);
});

test('two at a time, a hundred waiting, and the next is asked to come again', async () => {
  const [, cheap] = django[1]!;
  const crowd = Array.from({ length: 103 }, () => passwords.matches(password, cheap));
  const outcomes = await Promise.allSettled(crowd);
  expect(outcomes.slice(0, 102)).toEqual(Array.from({ length: 102 }, () => ({ status: 'fulfilled', value: true })));
  expect(outcomes[102]).toMatchObject({ reason: { code: 'PASSWORDS_BUSY', retryAfterSeconds: 2 } });
  expect(await passwords.matches(password, cheap)).toBe(true);
});
