import { withoutLinks } from './without-links';

it.each([
  ['https://evil.example/login', 'https: //evil. example/login'],
  ['http:\\\\evil.example', 'http: \\\\evil. example'],
  ['see www.evil.example', 'see www. evil. example'],
  ['evil.example/pay?x=1', 'evil. example/pay?x=1'],
  ['evil。example', 'evil。 example'],
  ['mailto:thief@evil.example', 'mailto:thief @ evil. example'],
  ['1.evil.example', '1. evil. example'],
])('breaks the link in %s', (text, broken) => expect(withoutLinks(text)).toBe(broken));

it.each(['Thank you. For the brushes…', '3.50 for tea', 'at 10:30', 'so nice :-)', 'yes / no', ''])(
  'leaves %j unchanged because it has no link',
  (text) => expect(withoutLinks(text)).toBe(text),
);
