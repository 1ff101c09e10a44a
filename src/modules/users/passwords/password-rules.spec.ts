import { isCommon } from './common-passwords';
import { requireGoodPassword, type PasswordOwner } from './password-rules';

const anna: PasswordOwner = { username: 'a.conti', email: 'anna@school.example', role: 'teacher' };
const weaknessFor = (password: string, owner = anna): string | undefined => {
  try {
    requireGoodPassword(password, owner, '/body/password');
    return undefined;
  } catch (error) {
    return (error as { detail: string }).detail;
  }
};

describe('isCommon', () => {
  test.each([
    'password123',
    'Password123!',
    'P@$$w0rd2026',
    '***password***',
    '1234567890',
    '0987654321',
    'qwertyuiop',
    'asdfghjkl1',
    'zyxwvutsrq',
    '1q2w3e4r5t',
    'correct horse battery staple',
    'I love you 123',
    'aaaaaaaaaa',
    'abababababab',
    'abcabcabcabcabc',
    'Summer2026',
    'TEOART-2026',
    'juventus1897',
    'CIAO ciao ciao',
  ])('%s is common', (password) => {
    expect(isCommon(password)).toBe(true);
  });

  // The most common passwords of at least ten characters in published lists of leaked passwords, and typical variants that
  // people choose to satisfy password rules.
  test.each(
    [
      '1234567890 password12 password123 12345678910 qwertyuiop 1q2w3e4r5t babygirl12 basketball iloveyou12 liverpool1',
      'christopher strawberry sweetheart spongebob1 elizabeth1 november11 alexander1 tinkerbell metallica1 bubblegum1',
      'cheerleader volleyball chocolate1 butterfly1 beautiful1 jonasbrothers manchester michelle12 jessica123 charlie123',
      'football12 princess12 superman12 skateboard california stephanie1 jonathan12 1111111111 qwerty12345 qwertyuiop1',
      '1qaz2wsx3edc zxcvbnm123 asdfghjkl; letmein123! welcome2024! Welcome@123 Admin@12345 password!! Passw0rd!! trustno1trustno1',
      'dragon1234 monkey12345 sunshine2023 Winter2025! changeme123 qazwsxedcrfv 1234qwerasdf q1w2e3r4t5y6 pokemon2020',
      'minecraft99 thisismypassword giuseppe1990 francesco2001 ferrari458 Milano2024 london2012 starwars77 harrypotter7',
      'realmadrid10 ｐａｓｓｗｏｒｄ１２３ 3edc4rfv5tgb 0000000000 asdfasdfasdf 9876543210',
    ].flatMap((line) => line.split(' ')),
  )('the often chosen password %s is common', (password) => {
    expect(isCommon(password)).toBe(true);
  });

  test.each([
    'boats in the early fog',
    'quattro gatti sul tetto',
    'ochre-and-ultramarine',
    'k8#vQz!r2Lw',
    'passwordless living',
    'summer light on water',
    'aaaa bbbb cccc',
  ])('%s is not common', (password) => {
    expect(isCommon(password)).toBe(false);
  });
});

describe('password rules', () => {
  test('a password must have 10 to 256 characters, and at least 15 for an administrator', () => {
    const admin = { ...anna, role: 'admin' as const };
    expect(weaknessFor('nine char')).toMatch(/at least 10/);
    expect(weaknessFor('ten charac')).toBeUndefined();
    expect(weaknessFor('fourteen fits.', admin)).toMatch(/at least 15/);
    expect(weaknessFor('fifteen is it ok', admin)).toBeUndefined();
    const longest = 'fog over boats at dawn, '.repeat(11).slice(0, 256);
    expect(weaknessFor(longest)).toBeUndefined();
    expect(weaknessFor(`${longest}.`)).toMatch(/at most 256/);
  });

  test('a password must not contain the username or the e-mail address of its owner in any case', () => {
    expect(weaknessFor('the A.Conti of Turin')).toMatch(/username or the e-mail/);
    expect(weaknessFor('dear ANNA, hello')).toMatch(/username or the e-mail/);
    expect(weaknessFor('my anna@school.example here')).toMatch(/username or the e-mail/);
    expect(weaknessFor('the 4.C0nt1 of Turin')).toMatch(/username or the e-mail/);
    expect(weaknessFor('the school of Turin')).toBeUndefined();
  });

  test.each(['we paint at TeoArt daily', 'my T30@rt brushes dry', 'teocoins in the drawer'])(
    'a password must not contain the name of the school: %s',
    (password) => {
      expect(weaknessFor(password)).toMatch(/name of the school/);
    },
  );

  test('a password may contain a name of fewer than four characters', () => {
    expect(weaknessFor('a party in Turin', { ...anna, username: 'art', email: 'ari@school.example' })).toBeUndefined();
  });
});
