import { isCommon } from './common-passwords';
import { requireGoodPassword, type Owner } from './password-rules';

const anna: Owner = { username: 'a.conti', email: 'anna@school.example', role: 'teacher' };
const weaknessFor = (password: string, owner = anna): string | undefined => {
  try {
    requireGoodPassword(password, owner, '/body/password');
    return undefined;
  } catch (error) {
    return (error as { detail: string }).detail;
  }
};

describe('what is tried first', () => {
  test.each([
    'password123',
    'Password123!',
    'P@$$w0rd2026',
    '***password***',
    '1234567890',
    '0987654321',
    'qwertyuiop',
    'asdfghjkl;'.replace(';', '1'),
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

  test.each([
    'boats in the early fog',
    'quattro gatti sul tetto',
    'ochre-and-ultramarine',
    'k8#vQz!r2Lw',
    'passwordless living',
    'summer light on water',
    'aaaa bbbb cccc',
  ])('%s is not', (password) => {
    expect(isCommon(password)).toBe(false);
  });
});

describe('a password', () => {
  test('has ten characters at least, an administrator’s fifteen, and 256 at most', () => {
    const admin = { ...anna, role: 'admin' as const };
    expect(weaknessFor('nine char')).toMatch(/^At least 10/);
    expect(weaknessFor('ten charac')).toBeUndefined();
    expect(weaknessFor('fourteen fits.', admin)).toMatch(/^At least 15/);
    expect(weaknessFor('fifteen is it ok', admin)).toBeUndefined();
    expect(weaknessFor('x y?'.repeat(64))).toBeUndefined();
    expect(weaknessFor('x y?'.repeat(64) + '.')).toMatch(/^At most 256/);
  });

  test('does not hold the name of its owner, in any case', () => {
    expect(weaknessFor('the A.Conti of Turin')).toMatch(/username or the e-mail/);
    expect(weaknessFor('dear ANNA, hello')).toMatch(/username or the e-mail/);
    expect(weaknessFor('the school of Turin')).toBeUndefined();
  });

  test('may hold a name so short that it stands in any sentence', () => {
    expect(weaknessFor('a party in Turin', { ...anna, username: 'art', email: 'ari@school.example' })).toBeUndefined();
  });
});
