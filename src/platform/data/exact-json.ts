/**
 * JSON in which numbers stay as they were written. JavaScript reads `1.0` as 1 and rounds whole numbers beyond 2^53; a file
 * that is to come back equal must not. Only texts that hold such a number take this way: it is some ten times slower.
 */
export class ExactNumber {
  constructor(readonly text: string) {}
}

/** A number whose text JavaScript would change: a fraction of zero, an exponent, sixteen digits or more, minus zero. */
const inexact = /[\d.](?:\.0+|[eE][+-]?\d+)(?!\d)|\d{16}|-0(?![.\d])|\.\d*0(?!\d)/;

export function parseExactly(text: string): unknown {
  return inexact.test(text) ? new Parser(text).whole() : (JSON.parse(text) as unknown);
}

const word = /true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const string = /"(?:[^"\\]|\\.)*"/y;
const space = /[ \t\r\n]*/y;

/** The text was read by JSON.parse before: it is known to be right. */
class Parser {
  private at = 0;

  constructor(private readonly text: string) {}

  whole(): unknown {
    JSON.parse(this.text);
    return this.value();
  }

  private value(): unknown {
    this.take(space);
    const sign = this.text[this.at];
    const value =
      sign === '{'
        ? this.object()
        : sign === '['
          ? this.list()
          : sign === '"'
            ? JSON.parse(this.take(string))
            : this.plain();
    this.take(space);
    return value;
  }

  private object(): Record<string, unknown> {
    const found: Record<string, unknown> = {};
    for (this.at++, this.take(space); this.text[this.at] !== '}'; this.skip(',')) {
      this.take(space);
      const name = JSON.parse(this.take(string)) as string;
      this.take(space);
      this.at++;
      // Not an assignment: a member may be called __proto__.
      Object.defineProperty(found, name, { value: this.value(), enumerable: true, configurable: true, writable: true });
    }
    this.at++;
    return found;
  }

  private list(): unknown[] {
    const found: unknown[] = [];
    for (this.at++, this.take(space); this.text[this.at] !== ']'; this.skip(',')) found.push(this.value());
    this.at++;
    return found;
  }

  private plain(): unknown {
    const text = this.take(word);
    const value = JSON.parse(text) as unknown;
    return typeof value === 'number' && String(value) !== text ? new ExactNumber(text) : value;
  }

  private take(pattern: RegExp): string {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text)?.[0] ?? '';
    this.at += found.length;
    return found;
  }

  private skip(sign: string): void {
    if (this.text[this.at] === sign) this.at++;
  }
}

export interface Separators {
  item: string;
  member: string;
  /** Spaces of one level; 0: all on one line. */
  indent: number;
}

export const compact: Separators = { item: ',', member: ':', indent: 0 };

/** A value as JSON with these separators, numbers as they were. */
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

/** One text for equal values, whatever the order of their members: PostgreSQL keeps its own. */
export function canonical(value: unknown): string {
  return writeJson(sorted(value), compact);
}

function sorted(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || value instanceof ExactNumber) return value;
  if (Array.isArray(value)) return value.map(sorted);
  const members = Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1));
  return Object.fromEntries(members.map(([name, item]) => [name, sorted(item)]));
}

const memberOf = (name: string, value: string, { member }: Separators): string =>
  `${JSON.stringify(name)}${member}${value}`;

/** A floating-point number as the Python world writes it: `1.0`, `1e+16`, `1e-05`. */
export function writeFloat(value: number): ExactNumber {
  const size = Math.abs(value);
  if (size !== 0 && (size >= 1e16 || size < 1e-4)) {
    const [digits, exponent] = value.toExponential().split('e') as [string, string];
    return new ExactNumber(`${digits}e${exponent.replace(/^([+-])(\d)$/, '$10$2')}`);
  }
  const text = Object.is(value, -0) ? '-0' : String(value);
  return new ExactNumber(/[.e]/.test(text) ? text : `${text}.0`);
}
