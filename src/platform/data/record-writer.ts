import { writeJson, type Separators } from './exact-json';
import type { Fields } from './data-rules';
import type { Target } from './files';
import type { ManifestOf } from './manifest';

export type FileFormat = 'json' | 'jsonl';

// A larger string is a large object to V8, and those stay long.
const flushCharacters = 32 * 1024;

/** Records as the other system writes them, to the byte. */
export class RecordWriter {
  private readonly style: Separators;
  private buffer = '';
  private isFirst = true;

  constructor(
    private readonly target: Target,
    private readonly format: FileFormat,
    indent: number,
    private readonly manifest: ManifestOf,
  ) {
    const isLines = format === 'jsonl';
    this.style = { item: isLines ? ',' : ', ', member: ': ', indent: isLines ? 0 : indent };
    if (!isLines) this.buffer = '[';
  }

  async write(model: string, pk: number | undefined, fields: Fields): Promise<void> {
    const record = pk === undefined ? { model, fields } : { model, pk, fields };
    const text = writeJson(record, this.style);
    this.manifest.add(model, text, fields);
    this.buffer += this.format === 'jsonl' ? `${text}\n` : `${this.separator()}${text}`;
    this.isFirst = false;
    if (this.buffer.length > flushCharacters) await this.flush();
  }

  async end(): Promise<void> {
    if (this.format === 'json') this.buffer += this.style.indent > 0 ? '\n]\n' : ']';
    await this.flush();
  }

  private separator(): string {
    if (this.style.indent > 0) return this.isFirst ? '\n' : ',\n';
    return this.isFirst ? '' : ', ';
  }

  private async flush(): Promise<void> {
    await this.target.write(this.buffer);
    this.buffer = '';
  }
}
