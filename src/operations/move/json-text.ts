/** Thrown for JSON that PostgreSQL cannot store: a NUL character, half of a surrogate pair, or a number with too many digits. */
class UnstorableJson extends Error {
  override name = 'UnstorableJson';
}

const maxDigits = 10_000;

/**
 * Converts a JSON text to the text that PostgreSQL's jsonb writes. Keys are sorted by their length in bytes and then by their bytes,
 * of equal keys only the last is kept, and numbers have no exponent. Numbers are not parsed, so that no digit is lost.
 * @throws UnstorableJson, SyntaxError
 */
export function toJsonbText(source: string): string {
  const converter = new JsonConverter(source);
  const converted = converter.convertValue();
  converter.requireEnd();
  return converted;
}

/** Reads a JSON text from its beginning to its end. Each method reads a part of the text and returns that part as jsonb writes it. */
class JsonConverter {
  /** The index of the next character. */
  private position = 0;

  constructor(private readonly source: string) {}

  convertValue(): string {
    this.skipSpace();
    const first = this.source[this.position];
    if (first === '{') return this.convertObject();
    if (first === '[') return this.convertArray();
    if (first === '"') return this.convertString();
    return this.convertScalar();
  }

  requireEnd(): void {
    this.skipSpace();
    if (this.position !== this.source.length) this.fail();
  }

  private convertObject(): string {
    const members = new Map<string, string>();
    this.readItems('}', () => {
      this.skipSpace();
      const key = this.convertString();
      this.skipSpace();
      if (this.readCharacter() !== ':') this.fail();
      members.set(key, this.convertValue());
    });
    const keys = [...members.keys()];
    if (keys.length > 1) keys.sort(compareByLengthThenBytes);
    return `{${keys.map((key) => `${key}: ${members.get(key)}`).join(', ')}}`;
  }

  private convertArray(): string {
    const items: string[] = [];
    this.readItems(']', () => items.push(this.convertValue()));
    return `[${items.join(', ')}]`;
  }

  /** Reads from the opening bracket to the closing one. `readItem` is called for each item between the commas. */
  private readItems(closing: string, readItem: () => void): void {
    this.position++;
    this.skipSpace();
    if (this.source[this.position] === closing) {
      this.position++;
      return;
    }
    for (;;) {
      readItem();
      this.skipSpace();
      const next = this.readCharacter();
      if (next === closing) return;
      if (next !== ',') this.fail();
    }
  }

  private readCharacter(): string | undefined {
    const character = this.source[this.position];
    this.position++;
    return character;
  }

  private convertString(): string {
    if (this.source[this.position] !== '"') this.fail();
    let end = this.position + 1;
    while (this.source[end] !== '"') {
      if (end >= this.source.length) this.fail();
      end += this.source[end] === '\\' ? 2 : 1;
    }
    const token = this.source.slice(this.position, end + 1);
    this.position = end + 1;
    const content = JSON.parse(token) as string;
    if (content.includes('\0')) throw new UnstorableJson('a JSON string holds a NUL character');
    if (!content.isWellFormed()) throw new UnstorableJson('a JSON string holds half of a surrogate pair');
    return JSON.stringify(content);
  }

  private convertScalar(): string {
    // The flag y matches only at `lastIndex`.
    const token = /[^\s,\]}]*/y;
    token.lastIndex = this.position;
    const word = token.exec(this.source)?.[0] ?? '';
    this.position += word.length;
    if (word === 'true' || word === 'false' || word === 'null') return word;
    return toPlainNumber(word) ?? this.fail();
  }

  private skipSpace(): void {
    while (/[ \t\n\r]/.test(this.source[this.position] ?? '')) this.position++;
  }

  private fail(): never {
    throw new SyntaxError(`Invalid JSON at character ${this.position + 1}`);
  }
}

/** Matches the sign, the whole part, the fraction and the exponent of a JSON number. */
const jsonNumber = /^(-?)(0|[1-9]\d*)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/;

/** Writes a number without exponent, as PostgreSQL's numeric does. Null if the text is not a number. */
function toPlainNumber(word: string): string | null {
  const parts = jsonNumber.exec(word);
  if (!parts) return null;
  const [, sign = '', whole = '', fraction = '', exponentText = '0'] = parts;
  const exponent = Number(exponentText);
  if (Math.abs(exponent) + whole.length + fraction.length > maxDigits)
    throw new UnstorableJson(`a JSON number has more than ${maxDigits} digits`);
  const digits = whole + fraction;
  // The number of digits before the decimal point. Zeros are added so that the point has at least one digit before it.
  const wholeLength = whole.length + exponent;
  const missingZeroCount = Math.max(0, 1 - wholeLength);
  const paddedDigits =
    wholeLength > digits.length
      ? digits.padEnd(wholeLength, '0')
      : digits.padStart(digits.length + missingZeroCount, '0');
  const decimalCount = Math.max(0, fraction.length - exponent);
  const pointPosition = paddedDigits.length - decimalCount;
  const wholeText = paddedDigits.slice(0, pointPosition).replace(/^0+(?=\d)/, '');
  const decimalText = decimalCount > 0 ? `.${paddedDigits.slice(pointPosition)}` : '';
  const magnitude = wholeText + decimalText;
  const isZero = !/[1-9]/.test(magnitude);
  // PostgreSQL has no -0.
  return isZero ? magnitude : sign + magnitude;
}

/** Compares keys by their content, so their escapes are decoded first. */
function compareByLengthThenBytes(leftKey: string, rightKey: string): number {
  const left = Buffer.from(JSON.parse(leftKey) as string);
  const right = Buffer.from(JSON.parse(rightKey) as string);
  return left.length - right.length || left.compare(right);
}
