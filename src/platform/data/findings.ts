/** One error in a file, with its position and its reason. */
export interface Finding {
  /** The line in the file where the record starts, from 1. */
  line?: number | undefined;
  /** The number of the record in the files, from 1. It is the only position in a file with one line. */
  place?: number | undefined;
  /** The natural key of the record, or `pk` and its number. */
  record?: string | undefined;
  model?: string | undefined;
  field?: string | undefined;
  reason: string;
  /** Groups findings whose reasons differ only in a value. */
  kind?: string | undefined;
}

interface Group {
  finding: Finding;
  count: number;
  examples: string[];
}

const maxGroups = 50;
const maxExamples = 3;

/** Nothing was changed. The message lists the errors; equal ones are one line with their number and some examples. */
export class DataRefused extends Error {
  override name = 'DataRefused';

  constructor(heading: string, found: readonly Finding[] | Findings) {
    const findings = found instanceof Findings ? found : Findings.of(found);
    super([`${heading}:`, ...findings.lines.map((line) => `  ${line}`)].join('\n'));
  }
}

/** Collects the errors of a file, so that all are reported together. */
export class Findings {
  total = 0;
  private readonly groups = new Map<string, Group>();
  private readonly hints: string[] = [];

  static of(list: readonly Finding[]): Findings {
    const findings = new Findings();
    for (const finding of list) findings.add(finding);
    return findings;
  }

  /** @param count the number of records that have this error */
  add(finding: Finding, count = 1): void {
    this.total += count;
    const key = `${finding.model}\n${finding.field}\n${finding.kind ?? finding.reason}`;
    const known = this.groups.get(key);
    if (known) known.count += count;
    else if (this.groups.size === maxGroups) return;
    const group = known ?? { finding, count, examples: [] };
    const where = placeOf(finding);
    if (where && group.examples.length < maxExamples) group.examples.push(where);
    this.groups.set(key, group);
  }

  /** Adds a hint how to fix the errors. */
  note(hint: string): void {
    this.hints.push(hint);
  }

  get lines(): string[] {
    const shown = [...this.groups.values()];
    const rest = this.total - shown.reduce((sum, { count }) => sum + count, 0);
    return [...shown.map(describe), ...(rest > 0 ? [`… and ${rest} more`] : []), ...this.hints];
  }

  /** @throws DataRefused if there are findings */
  throwIfAny(heading = 'Nothing was changed: the file cannot be loaded'): void {
    if (this.total > 0) throw new DataRefused(heading, this);
  }
}

function describe({ finding: { model, field, reason }, count, examples }: Group): string {
  const subject = [model, field].filter(Boolean).join('.');
  const message = subject ? `${subject}: ${reason}` : reason;
  const exampleText = `${examples.join('; ')}${count > examples.length ? '; …' : ''}`;
  if (count > 1) return `${message} (${count} records${examples.length > 0 ? `: ${exampleText}` : ''})`;
  if (examples.length === 0) return message;
  return subject ? `${message} (${examples[0]})` : `${examples[0]}: ${message}`;
}

function placeOf({ line, place, record }: Finding): string {
  const name = record ?? (place ? `record ${place}` : '');
  return [name, line ? `line ${line}` : ''].filter(Boolean).join(', ');
}
