import { Argon2 } from './argon2';
import { Passwords } from './passwords';

/** The tests use the real threads and count their tasks. */
const runSpy = jest.spyOn(Argon2.prototype as unknown as { run(task: unknown): Promise<boolean> }, 'run');

const password = 'boats in the early fog';
const passwords = new Passwords();
afterAll(() => passwords.onApplicationShutdown());

/** Hashes made with Python's hashlib (which Django uses), with argon2 at the given costs, and with Django's bcrypt hashers. */
const djangoHashes: [string, string][] = [
  [
    'pbkdf2_sha256 with 720,000 iterations',
    'pbkdf2_sha256$720000$vQ3yJ8sKx1$A3qkZ0hI1ietsxxtwEpbbvCABJbtV0F9KU2Fb70Yb38=',
  ],
  ['pbkdf2_sha256 with 1,000 iterations', 'pbkdf2_sha256$1000$vQ3yJ8sKx1$07KebSZU9MbOLxWktOFXbdcx98M2bkg/IOkDV0/siUs='],
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

test('hash returns an argon2id hash in Django’s encoding with a new salt each time', async () => {
  const [first, second] = [await passwords.hash(password), await passwords.hash(password)];
  expect(first).toMatch(/^argon2\$argon2id\$v=19\$m=47104,t=1,p=1\$[\w+/]{22}\$[\w+/]{43}$/);
  expect(first.length).toBeLessThanOrEqual(128);
  expect(first).not.toBe(second);
  expect(await passwords.isCorrect(password, first)).toBe(true);
  expect(await passwords.isCorrect(`${password} `, first)).toBe(false);
});

test.each(djangoHashes)('isCorrect accepts the right password for a hash of %s', async (_, storedHash) => {
  expect(await passwords.isCorrect(password, storedHash)).toBe(true);
  expect(await passwords.isCorrect('another password', storedHash)).toBe(false);
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
])('isCorrect returns false for the invalid hash %j and does not throw', async (storedHash) => {
  for (const guess of [password, '', '!', 'nobody has this password'])
    expect(await passwords.isCorrect(guess, storedHash)).toBe(false);
});

test('isWeak is true for hashes that are cheaper to guess than new ones', async () => {
  const weak = djangoHashes.filter(([, storedHash]) => passwords.isWeak(storedHash)).map(([name]) => name);
  expect(weak).toEqual(
    expect.arrayContaining([
      'pbkdf2_sha256 with 720,000 iterations',
      'pbkdf2_sha1',
      'scrypt',
      'a cheap argon2id',
      'argon2i',
    ]),
  );
  expect(weak).not.toContain('argon2id with Django’s cost');
  expect(passwords.isWeak(await passwords.hash(password))).toBe(false);
});

test('isCorrect does the same work for an unknown account as for a known one', async () => {
  const known = await passwords.hash(password);
  const comparedParameters = async (storedHash: string | null): Promise<string | undefined> => {
    runSpy.mockClear();
    expect(await passwords.isCorrect('a wrong password', storedHash)).toBe(false);
    expect(runSpy).toHaveBeenCalledTimes(1);
    // argon2 would reject an invalid hash without doing the work.
    await expect(runSpy.mock.results[0]!.value).resolves.toBe(false);
    return /^\$argon2id\$v=19\$[^$]+\$/.exec((runSpy.mock.calls[0]![0] as { hash: string }).hash)?.[0];
  };
  const cost = await comparedParameters(known);
  expect(cost).toBe('$argon2id$v=19$m=47104,t=1,p=1$');
  expect([await comparedParameters(null), await comparedParameters('!')]).toEqual([cost, cost]);
});

test('102 of 103 concurrent password checks succeed and the last is refused with PASSWORDS_BUSY', async () => {
  const [, cheapHash] = djangoHashes[1]!;
  const attempts = Array.from({ length: 103 }, () => passwords.isCorrect(password, cheapHash));
  const outcomes = await Promise.allSettled(attempts);
  expect(outcomes.slice(0, 102)).toEqual(Array.from({ length: 102 }, () => ({ status: 'fulfilled', value: true })));
  expect(outcomes[102]).toMatchObject({ reason: { code: 'PASSWORDS_BUSY', retryAfterSeconds: 2 } });
  expect(await passwords.isCorrect(password, cheapHash)).toBe(true);
});
