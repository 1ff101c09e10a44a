/**
 * A number of a JSON text with its exact spelling. JavaScript reads `1.0` as 1 and rounds whole numbers above 2^53, but an exported
 * file must be equal to the imported one. The parser below is about ten times slower than JSON.parse, so only texts with such a
 * number use it.
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
  private position = 0;

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
    if (this.isAt('{')) return this.object();
    if (this.isAt('[')) return this.list();
    if (this.isAt('"')) return JSON.parse(this.take(string)) as unknown;
    return this.literal();
  }

  private object(): Record<string, unknown> {
    const members: Record<string, unknown> = {};
    this.skip('{');
    this.take(whitespace);
    while (!this.isAt('}')) {
      this.take(whitespace);
      const name = JSON.parse(this.take(string)) as string;
      this.take(whitespace);
      this.skip(':');
      const value = this.value();
      // The member is defined and not assigned, because its name may be __proto__.
      Object.defineProperty(members, name, { value, enumerable: true, configurable: true, writable: true });
      if (this.isAt(',')) this.skip(',');
    }
    this.skip('}');
    return members;
  }

  private list(): unknown[] {
    const items: unknown[] = [];
    this.skip('[');
    this.take(whitespace);
    while (!this.isAt(']')) {
      items.push(this.value());
      if (this.isAt(',')) this.skip(',');
    }
    this.skip(']');
    return items;
  }

  private literal(): unknown {
    const text = this.take(literal);
    const value = JSON.parse(text) as unknown;
    return typeof value === 'number' && String(value) !== text ? new ExactNumber(text) : value;
  }

  /** Moves behind the text that matches the pattern here, and returns that text. */
  private take(pattern: RegExp): string {
    pattern.lastIndex = this.position;
    const match = pattern.exec(this.text)?.[0] ?? '';
    this.position += match.length;
    return match;
  }

  private isAt(character: string): boolean {
    return this.text[this.position] === character;
  }

  private skip(character: string): void {
    this.position += character.length;
  }
}

export interface Separators {
  item: string;
  member: string;
  /** The number of spaces for each level; 0 writes everything on one line. */
  indent: number;
}

export const compact: Separators = { item: ',', member: ':', indent: 0 };

/** Writes a value as JSON with these separators. An `ExactNumber` is written with its spelling. */
export function writeJson(value: unknown, style: Separators, level = 0): string {
  if (value instanceof ExactNumber) return value.text;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const [open, close] = Array.isArray(value) ? '[]' : '{}';
  const parts = Array.isArray(value)
    ? value.map((item) => writeJson(item, style, level + 1))
    : Object.entries(value).map(([name, item]) => memberOf(name, writeJson(item, style, level + 1), style));
  if (parts.length === 0) return `${open}${close}`;
  if (style.indent === 0) return `${open}${parts.join(style.item)}${close}`;
  const innerLine = `\n${' '.repeat(style.indent * (level + 1))}`;
  const outerLine = `\n${' '.repeat(style.indent * level)}`;
  return `${open}${innerLine}${parts.join(`,${innerLine}`)}${outerLine}${close}`;
}

/** Returns the same text for all equal values. Members are sorted, because PostgreSQL does not keep their order. */
export function canonical(value: unknown): string {
  return writeJson(sortMembers(value), compact);
}

function sortMembers(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || value instanceof ExactNumber) return value;
  if (Array.isArray(value)) return value.map(sortMembers);
  const members = Object.entries(value).sort(([left], [right]) => (left < right ? -1 : 1));
  return Object.fromEntries(members.map(([name, item]) => [name, sortMembers(item)]));
}

const memberOf = (name: string, value: string, { member }: Separators): string =>
  `${JSON.stringify(name)}${member}${value}`;

/** Writes a floating-point number as Python does: `1.0`, `1e+16`, `1e-05`. */
export function writeFloat(value: number): ExactNumber {
  const magnitude = Math.abs(value);
  if (magnitude !== 0 && (magnitude >= 1e16 || magnitude < 1e-4)) {
    const [digits, exponent] = value.toExponential().split('e') as [string, string];
    // Python writes at least two digits of the exponent.
    const twoDigitExponent = exponent.replace(/^([+-])(\d)$/, '$10$2');
    return new ExactNumber(`${digits}e${twoDigitExponent}`);
  }
  const text = Object.is(value, -0) ? '-0' : String(value);
  return new ExactNumber(/[.e]/.test(text) ? text : `${text}.0`);
}
