import { canonical, compact, ExactNumber, parseExactly, writeJson } from './exact-json';

const rewrite = (text: string): string => writeJson(parseExactly(text), compact);

it('keeps the spelling of numbers that JavaScript would change', () => {
  const text = '{"grade":1.0,"list":[1e5,-0,0.10,12345678901234567890,7,2.5]}';
  expect(rewrite(text)).toBe(text);
  expect(parseExactly('[1.0,7]')).toEqual([new ExactNumber('1.0'), 7]);
});

it('takes the last of two members with one name, and a member named __proto__, as JSON.parse does', () => {
  expect(rewrite('{"a":1.0,"b":[],"a":2.0}')).toBe('{"a":2.0,"b":[]}');
  expect(rewrite('{"__proto__":{"x":1.0}}')).toBe('{"__proto__":{"x":1.0}}');
});

it('throws the error of JSON.parse for a faulty text', () => {
  const errorOf = (parse: (text: string) => unknown, text: string): string => {
    try {
      return String(parse(text));
    } catch (error) {
      return (error as Error).message;
    }
  };
  for (const text of ['[1.0', '[01.0]', '{"a":1.0}x', '"\u0001" 1.0', '{1.0:2}'])
    expect(errorOf(parseExactly, text)).toBe(errorOf(JSON.parse, text));
});

it('writes one canonical text for equal values', () => {
  expect(canonical(parseExactly('{"b":1.0,"a":{"d":1,"c":2}}'))).toBe('{"a":{"c":2,"d":1},"b":1.0}');
});
