/** JSON that PostgreSQL cannot store: a NUL character, half of a surrogate pair, or a number outside its range. */
export class UnstorableJson extends Error {
  override name = 'UnstorableJson';
}

const maxDigits = 10_000;

/**
 * Converts a JSON text to the text that PostgreSQL's jsonb writes: keys sorted by their length in bytes and then by their bytes,
 * only the last of equal keys, numbers without exponent and with their decimals. Values stay text, so that no digit is lost.
 * @throws UnstorableJson, SyntaxError
 */
export function toJsonbText(source: string): string {
  const reader = new JsonReader(source);
  const written = reader.value();
  reader.end();
  return written;
}

class JsonReader {
  private at = 0;

  constructor(private readonly source: string) {}

  value(): string {
    this.skipSpace();
    const first = this.source[this.at];
    if (first === '{') return this.object();
    if (first === '[') return this.array();
    if (first === '"') return this.string();
    return this.scalar();
  }

  end(): void {
    this.skipSpace();
    if (this.at !== this.source.length) this.fail();
  }

  private object(): string {
    const members = new Map<string, string>();
    this.list('}', () => {
      this.skipSpace();
      const key = this.string();
      this.skipSpace();
      if (this.source[this.at++] !== ':') this.fail();
      members.set(key, this.value());
    });
    const keys = members.size < 2 ? [...members.keys()] : [...members.keys()].sort(compareByLengthThenBytes);
    return `{${keys.map((key) => `${key}: ${members.get(key)}`).join(', ')}}`;
  }

  private array(): string {
    const items: string[] = [];
    this.list(']', () => items.push(this.value()));
    return `[${items.join(', ')}]`;
  }

  private list(closing: string, member: () => void): void {
    this.at++;
    this.skipSpace();
    if (this.source[this.at] === closing) {
      this.at++;
      return;
    }
    for (;;) {
      member();
      this.skipSpace();
      const next = this.source[this.at++];
      if (next === closing) return;
      if (next !== ',') this.fail();
    }
  }

  private string(): string {
    if (this.source[this.at] !== '"') this.fail();
    let end = this.at + 1;
    while (this.source[end] !== '"') {
      if (end >= this.source.length) this.fail();
      end += this.source[end] === '\\' ? 2 : 1;
    }
    const token = this.source.slice(this.at, end + 1);
    this.at = end + 1;
    const content = JSON.parse(token) as string;
    if (content.includes('\0')) throw new UnstorableJson('a JSON string holds a NUL character');
    if (!content.isWellFormed()) throw new UnstorableJson('a JSON string holds half of a surrogate pair');
    return JSON.stringify(content);
  }

  private scalar(): string {
    const token = /[^\s,\]}]*/y;
    token.lastIndex = this.at;
    const word = token.exec(this.source)?.[0] ?? '';
    this.at += word.length;
    if (word === 'true' || word === 'false' || word === 'null') return word;
    return toPlainNumber(word) ?? this.fail();
  }

  private skipSpace(): void {
    while (/[ \t\n\r]/.test(this.source[this.at] ?? '')) this.at++;
  }

  private fail(): never {
    throw new SyntaxError(`Invalid JSON at character ${this.at + 1}`);
  }
}

const number = /^(-?)(0|[1-9]\d*)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/;

/** Writes a number without exponent, as PostgreSQL's numeric does. Null if the text is not a number. */
function toPlainNumber(word: string): string | null {
  const parts = number.exec(word);
  if (!parts) return null;
  const [, sign = '', whole = '', fraction = '', exponentText = '0'] = parts;
  const exponent = Number(exponentText);
  if (Math.abs(exponent) + whole.length + fraction.length > maxDigits)
    throw new UnstorableJson(`a JSON number has more than ${maxDigits} digits`);
  const digits = whole + fraction;
  const point = whole.length + exponent;
  const decimals = Math.max(0, fraction.length - exponent);
  const padded =
    point > digits.length ? digits.padEnd(point, '0') : digits.padStart(digits.length + Math.max(0, 1 - point), '0');
  const cut = padded.length - decimals;
  const magnitude = `${padded.slice(0, cut).replace(/^0+(?=\d)/, '')}${decimals > 0 ? `.${padded.slice(cut)}` : ''}`;
  return /[1-9]/.test(magnitude) ? sign + magnitude : magnitude;
}

/** Compares JSON strings by their content, so escapes are decoded first. */
function compareByLengthThenBytes(one: string, other: string): number {
  const [left, right] = [Buffer.from(JSON.parse(one) as string), Buffer.from(JSON.parse(other) as string)];
  return left.length - right.length || left.compare(right);
}
