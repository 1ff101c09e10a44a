import { isUtf8 } from 'node:buffer';
import { kindOf, type FileKind } from '../database/file-kind';
import { DataRefused } from './findings';

/** A record as it stands in the file: its text, and the line of its first character. */
export interface RawRecord {
  text: string;
  line: number;
}

const [quote, backslash, open, close, openList, closeList, comma, newline] = Buffer.from('"\\{}[],\n');
/** Bytes that neither begin nor end anything: nine of ten. */
const isPlain = Uint8Array.from({ length: 256 }, (_, byte) => Number(!'"\\{}[]\n'.includes(String.fromCharCode(byte))));
const byteOrderMark = Buffer.from([0xef, 0xbb, 0xbf]);
const longestBytes = 64 * 1024 * 1024;
const deepest = 200;

/**
 * The records of a JSON list of objects, or of a file with an object a line, as the bytes come: what is held is the one
 * record that has begun. Which of the two it is, the first character says.
 * @throws DataRefused naming the line where the file stops being one of them
 */
export async function* readRecords(source: AsyncIterable<Buffer>): AsyncGenerator<RawRecord[]> {
  const scanner = new Scanner();
  try {
    for await (const chunk of source) {
      const records = scanner.feed(chunk);
      if (records.length > 0) yield records;
    }
  } catch (error) {
    if (error instanceof DataRefused) throw error;
    const truncated = /unexpected end of file/.test((error as Error).message);
    throw refused(scanner.line, truncated ? 'truncated: the compressed data ends early' : (error as Error).message);
  }
  scanner.end();
}

const refused = (line: number, reason: string): DataRefused =>
  new DataRefused('The file cannot be read', [{ line, reason }]);

const dumpIt =
  'run `python manage.py dumpdata --natural-foreign --natural-primary -o backup.json` there, and load that file';
/** What people take for a dump, and what to do instead. */
const otherFiles: Record<FileKind, string> = {
  database: `the file of a whole database, not a dump of it: ${dumpIt}; a backup of ours goes in by \`restore\``,
  archive: `an archive of pg_dump, not a dump of Django: ${dumpIt}; a backup of ours goes in by \`restore\``,
  gzip: 'packed by gzip: its name must end in .gz',
  zip: 'packed by zip: unpack it first',
};

function refuseOtherFile(chunk: Buffer): void {
  const kind = kindOf(chunk);
  if (kind) throw refused(1, otherFiles[kind]);
}

type Expected = 'first' | 'record' | 'comma or end' | 'record after comma' | 'nothing' | 'line';

/** Finds where records begin and end; what is inside them, JSON.parse judges. */
class Scanner {
  line = 1;
  private expected: Expected = 'first';
  private depth = 0;
  private inString = false;
  private escaped = false;
  private startLine = 1;
  private pending: Buffer[] = [];
  private pendingBytes = 0;
  private isFirstChunk = true;

  feed(input: Buffer): RawRecord[] {
    if (this.isFirstChunk) refuseOtherFile(input);
    const chunk = this.isFirstChunk && input.subarray(0, 3).equals(byteOrderMark) ? input.subarray(3) : input;
    this.isFirstChunk = false;
    const records: RawRecord[] = [];
    let start = 0;
    for (let at = 0; at < chunk.length; at++) {
      const byte = chunk[at] as number;
      if (isPlain[byte] === 1 && this.depth > 0 && !this.escaped) continue;
      if (byte === newline) this.line++;
      if (this.depth === 0) {
        if (this.between(byte)) start = at;
      } else if (this.inside(byte)) records.push(this.take(chunk.subarray(start, at + 1)));
    }
    if (this.depth > 0) this.keep(chunk.subarray(start));
    return records;
  }

  end(): void {
    if (this.depth > 0) throw refused(this.startLine, 'truncated: the file ends within the record that begins here');
    if (this.expected === 'first') throw refused(1, 'empty: neither a list nor a record');
    const inList = this.expected !== 'nothing' && this.expected !== 'line';
    if (inList) throw refused(this.line, 'truncated: the file ends before the "]" of its list');
  }

  /** Between records; true where one begins. */
  private between(byte: number): boolean {
    if (byte === newline || byte === 32 || byte === 9 || byte === 13) return false;
    const isRecord = byte === open && /first|record|line/.test(this.expected);
    if (isRecord) {
      this.expected = this.expected === 'first' || this.expected === 'line' ? 'line' : 'comma or end';
      this.depth = 1;
      this.startLine = this.line;
      return true;
    }
    if (byte === openList && this.expected === 'first') this.expected = 'record';
    else if (byte === comma && this.expected === 'comma or end') this.expected = 'record after comma';
    else if (byte === closeList && /^record$|comma or end/.test(this.expected)) this.expected = 'nothing';
    else throw refused(this.line, `not JSON: unexpected ${JSON.stringify(String.fromCharCode(byte))}`);
    return false;
  }

  /** Inside a record; true where it ends. */
  private inside(byte: number): boolean {
    if (this.inString) {
      if (this.escaped) this.escaped = false;
      else if (byte === backslash) this.escaped = true;
      else if (byte === quote) this.inString = false;
      return false;
    }
    if (byte === quote) this.inString = true;
    else if (byte === open || byte === openList) this.deeper();
    else if (byte === close || byte === closeList) return --this.depth === 0;
    return false;
  }

  private deeper(): void {
    if (++this.depth > deepest) throw refused(this.line, `nested deeper than ${deepest} levels`);
  }

  private keep(part: Buffer): void {
    this.pending.push(part);
    this.pendingBytes += part.length;
    if (this.pendingBytes > longestBytes)
      throw refused(this.startLine, `a record longer than ${longestBytes / 1024 / 1024} MiB`);
  }

  private take(part: Buffer): RawRecord {
    const bytes = this.pending.length > 0 ? Buffer.concat([...this.pending, part]) : part;
    this.pending = [];
    this.pendingBytes = 0;
    if (!isUtf8(bytes)) throw refused(this.startLine, 'not UTF-8');
    return { text: bytes.toString('utf8'), line: this.startLine };
  }
}
