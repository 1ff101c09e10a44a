import { withoutLinks } from './without-links';

it.each([
  ['https://evil.example/login', 'https: //evil. example/login'],
  ['http:\\\\evil.example', 'http: \\\\evil. example'],
  ['see www.evil.example', 'see www. evil. example'],
  ['evil.example/pay?x=1', 'evil. example/pay?x=1'],
  ['evil。example', 'evil。 example'],
  ['mailto:thief@evil.example', 'mailto:thief @ evil. example'],
  ['1.evil.example', '1. evil. example'],
])('takes the link out of %s', (text, shown) => expect(withoutLinks(text)).toBe(shown));

it.each(['Thank you. For the brushes…', '3.50 for tea', 'at 10:30', 'so nice :-)', 'yes / no', ''])(
  'leaves %j as it is',
  (text) => expect(withoutLinks(text)).toBe(text),
);
