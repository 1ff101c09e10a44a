/** One error in an imported file, with its position and its reason. */
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

/** An import was refused, and nothing was changed. The message has one line for each kind of error, with its count and some examples. */
export class DataRefused extends Error {
  override name = 'DataRefused';

  constructor(heading: string, errors: readonly Finding[] | Findings) {
    const findings = errors instanceof Findings ? errors : Findings.of(errors);
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
    let group = this.groups.get(key);
    if (!group) {
      if (this.groups.size === maxGroups) return;
      group = { finding, count: 0, examples: [] };
      this.groups.set(key, group);
    }
    group.count += count;
    const place = placeOf(finding);
    if (place && group.examples.length < maxExamples) group.examples.push(place);
  }

  /** Adds a hint how to fix the errors. */
  note(hint: string): void {
    this.hints.push(hint);
  }

  get lines(): string[] {
    const groups = [...this.groups.values()];
    let notShownCount = this.total;
    for (const { count } of groups) notShownCount -= count;
    const lines = groups.map(describe);
    if (notShownCount > 0) lines.push(`… and ${notShownCount} more`);
    return [...lines, ...this.hints];
  }

  /** @throws DataRefused if there are findings */
  throwIfAny(heading = 'Nothing was changed: the file cannot be loaded'): void {
    if (this.total > 0) throw new DataRefused(heading, this);
  }
}

function describe({ finding: { model, field, reason }, count, examples }: Group): string {
  const subject = [model, field].filter(Boolean).join('.');
  const message = subject ? `${subject}: ${reason}` : reason;
  if (count > 1) return `${message} (${count} records${listExamples(examples, count)})`;
  if (examples.length === 0) return message;
  return subject ? `${message} (${examples[0]})` : `${examples[0]}: ${message}`;
}

function listExamples(examples: string[], count: number): string {
  if (examples.length === 0) return '';
  const ellipsis = count > examples.length ? '; …' : '';
  return `: ${examples.join('; ')}${ellipsis}`;
}

function placeOf({ line, place, record }: Finding): string {
  const name = record ?? (place ? `record ${place}` : '');
  return [name, line ? `line ${line}` : ''].filter(Boolean).join(', ');
}
