/**
 * A number of a JSON text that keeps its spelling. JavaScript reads `1.0` as 1 and rounds whole numbers above 2^53, but an exported
 * file must be equal to the imported one. Only texts with such a number use the parser below, because it is about ten times slower.
 */
export class ExactNumber {
  constructor(readonly text: string) {}
}

/** Matches a number whose text JavaScript would change: a fraction that ends in zero, an exponent, 16 digits or more, minus zero. */
const inexactNumber = /[\d.](?:\.0+|[eE][+-]?\d+)(?!\d)|\d{16}|-0(?![.\d])|\.\d*0(?!\d)/;

export function parseExactly(text: string): unknown {
  return inexactNumber.test(text) ? new Parser(text).parse() : (JSON.parse(text) as unknown);
}

const literal = /true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const string = /"(?:[^"\\]|\\.)*"/y;
const whitespace = /[ \t\r\n]*/y;

/** A parser without error handling, because JSON.parse validates the text first. */
class Parser {
  private at = 0;

  constructor(private readonly text: string) {}

  parse(): unknown {
    JSON.parse(this.text);
    return this.value();
  }

  private value(): unknown {
    this.take(whitespace);
    const value = this.valueWithoutSpace();
    this.take(whitespace);
    return value;
  }

  private valueWithoutSpace(): unknown {
    const firstCharacter = this.text[this.at];
    if (firstCharacter === '{') return this.object();
    if (firstCharacter === '[') return this.list();
    if (firstCharacter === '"') return JSON.parse(this.take(string)) as unknown;
    return this.literal();
  }

  private object(): Record<string, unknown> {
    const found: Record<string, unknown> = {};
    for (this.at++, this.take(whitespace); this.text[this.at] !== '}'; this.skip(',')) {
      this.take(whitespace);
      const name = JSON.parse(this.take(string)) as string;
      this.take(whitespace);
      this.at++;
      // This is not an assignment, because a member may have the name __proto__.
      Object.defineProperty(found, name, { value: this.value(), enumerable: true, configurable: true, writable: true });
    }
    this.at++;
    return found;
  }

  private list(): unknown[] {
    const found: unknown[] = [];
    for (this.at++, this.take(whitespace); this.text[this.at] !== ']'; this.skip(',')) found.push(this.value());
    this.at++;
    return found;
  }

  private literal(): unknown {
    const text = this.take(literal);
    const value = JSON.parse(text) as unknown;
    return typeof value === 'number' && String(value) !== text ? new ExactNumber(text) : value;
  }

  private take(pattern: RegExp): string {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text)?.[0] ?? '';
    this.at += found.length;
    return found;
  }

  private skip(character: string): void {
    if (this.text[this.at] === character) this.at++;
  }
}

export interface Separators {
  item: string;
  member: string;
  /** The number of spaces for each level; 0 writes everything on one line. */
  indent: number;
}

export const compact: Separators = { item: ',', member: ':', indent: 0 };

/** Writes a value as JSON with these separators. An `ExactNumber` keeps its spelling. */
export function writeJson(value: unknown, style: Separators, level = 0): string {
  if (value instanceof ExactNumber) return value.text;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const [open, close] = Array.isArray(value) ? '[]' : '{}';
  const parts = Array.isArray(value)
    ? value.map((item) => writeJson(item, style, level + 1))
    : Object.entries(value).map(([name, item]) => memberOf(name, writeJson(item, style, level + 1), style));
  if (parts.length === 0) return `${open}${close}`;
  if (style.indent === 0) return `${open}${parts.join(style.item)}${close}`;
  const line = `\n${' '.repeat(style.indent * (level + 1))}`;
  return `${open}${line}${parts.join(`,${line}`)}\n${' '.repeat(style.indent * level)}${close}`;
}

/** The same text for all equal values. Members are sorted, because PostgreSQL stores them in an order of its own. */
export function canonical(value: unknown): string {
  return writeJson(sortMembers(value), compact);
}

function sortMembers(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || value instanceof ExactNumber) return value;
  if (Array.isArray(value)) return value.map(sortMembers);
  const members = Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1));
  return Object.fromEntries(members.map(([name, item]) => [name, sortMembers(item)]));
}

const memberOf = (name: string, value: string, { member }: Separators): string =>
  `${JSON.stringify(name)}${member}${value}`;

/** A floating-point number as Python writes it: `1.0`, `1e+16`, `1e-05`. */
export function writeFloat(value: number): ExactNumber {
  const size = Math.abs(value);
  if (size !== 0 && (size >= 1e16 || size < 1e-4)) {
    const [digits, exponent] = value.toExponential().split('e') as [string, string];
    return new ExactNumber(`${digits}e${exponent.replace(/^([+-])(\d)$/, '$10$2')}`);
  }
  const text = Object.is(value, -0) ? '-0' : String(value);
  return new ExactNumber(/[.e]/.test(text) ? text : `${text}.0`);
}
