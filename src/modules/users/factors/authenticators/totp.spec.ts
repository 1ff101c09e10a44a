import fc from 'fast-check';
import { base32, codeOf, findStep, otpauthUrl, stepAt } from './totp';

/** The key of RFC 6238, appendix B. */
const key = Buffer.from('12345678901234567890');

test.each([
  [59, '94287082'],
  [1_111_111_109, '07081804'],
  [1_111_111_111, '14050471'],
  [1_234_567_890, '89005924'],
  [2_000_000_000, '69279037'],
  [20_000_000_000, '65353130'],
])('at second %d the code is that of RFC 6238', (second, code) => {
  expect(codeOf(key, stepAt(new Date(second * 1_000)), 8)).toBe(code);
});

test('a code is accepted one step early and one step late, and not two', () => {
  const now = new Date('2026-11-02T08:15:10.000Z');
  const step = stepAt(now);
  const found = [-2, -1, 0, 1, 2].map((drift) => findStep(key, codeOf(key, step + drift), now));
  expect(found).toEqual([null, step - 1, step, step + 1, null]);
});

test.each(['', '12345', '1234567', 'abcdef', '１２３４５６', '12345🎨'])(
  '%j is no code, and is refused without an error',
  (code) => {
    expect(findStep(key, code, new Date())).toBeNull();
  },
);

test('a code may be typed with spaces', () => {
  const now = new Date('2026-11-02T08:15:10.000Z');
  const code = codeOf(key, stepAt(now));
  expect(findStep(key, `${code.slice(0, 3)} ${code.slice(3)}`, now)).toBe(stepAt(now));
});

test.each([
  ['', ''],
  ['f', 'MY'],
  ['fo', 'MZXQ'],
  ['foo', 'MZXW6'],
  ['foob', 'MZXW6YQ'],
  ['fooba', 'MZXW6YTB'],
  ['foobar', 'MZXW6YTBOI'],
])('%j is encoded as in RFC 4648', (text, encoded) => {
  expect(base32(Buffer.from(text))).toBe(encoded);
});

test('the encoding has five bits in each character', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
      const bits = [...bytes].map((byte) => byte.toString(2).padStart(8, '0')).join('');
      const expected = (bits.match(/.{1,5}/g) ?? []).map((five) => parseInt(five.padEnd(5, '0'), 2));
      const letters = base32(Buffer.from(bytes)).split('');
      const encoded = letters.map((letter) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(letter));
      expect(encoded).toEqual(expected);
    }),
  );
});

test('the URL names the school and the account', () => {
  expect(otpauthUrl('Art school', 'giulia.r', key)).toBe(
    'otpauth://totp/Art%20school:giulia.r?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Art%20school',
  );
});
