/** One thing that is wrong with a file: where, and why. */
export interface Finding {
  /** Of the file, from 1; of the record's first character. */
  line?: number | undefined;
  /** Its number in the files, from 1: a file of one line has no other place. */
  place?: number | undefined;
  /** What the record is called in the file: its natural key, or `pk` and its number. */
  record?: string | undefined;
  model?: string | undefined;
  field?: string | undefined;
  reason: string;
  /** What equal findings have in common where the reason shows a value. */
  kind?: string | undefined;
}

interface Group {
  finding: Finding;
  count: number;
  examples: string[];
}

const maxGroups = 50;
const maxExamples = 3;

/** Nothing was changed; the message lists what is wrong, equal findings in one line with their number and some examples. */
export class DataRefused extends Error {
  override name = 'DataRefused';

  constructor(what: string, found: readonly Finding[] | Findings) {
    const findings = found instanceof Findings ? found : Findings.of(found);
    super([`${what}:`, ...findings.lines.map((line) => `  ${line}`)].join('\n'));
  }
}

/** Collects what is wrong, so that all of it is said at once. */
export class Findings {
  total = 0;
  private readonly groups = new Map<string, Group>();
  private readonly hints: string[] = [];

  static of(list: readonly Finding[]): Findings {
    const findings = new Findings();
    for (const finding of list) findings.add(finding);
    return findings;
  }

  /** @param count how many records have it, where the finding stands for more than its own */
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

  /** What helps to mend them. */
  note(hint: string): void {
    this.hints.push(hint);
  }

  get lines(): string[] {
    const shown = [...this.groups.values()];
    const rest = this.total - shown.reduce((sum, { count }) => sum + count, 0);
    return [...shown.map(describe), ...(rest > 0 ? [`… and ${rest} more`] : []), ...this.hints];
  }

  /** @throws DataRefused when there are any */
  settle(what = 'Nothing was changed: the file cannot be loaded'): void {
    if (this.total > 0) throw new DataRefused(what, this);
  }
}

function describe({ finding: { model, field, reason }, count, examples }: Group): string {
  const subject = [model, field].filter(Boolean).join('.');
  const said = subject ? `${subject}: ${reason}` : reason;
  const shown = `${examples.join('; ')}${count > examples.length ? '; …' : ''}`;
  if (count > 1) return `${said} (${count} records${examples.length > 0 ? `: ${shown}` : ''})`;
  if (examples.length === 0) return said;
  return subject ? `${said} (${examples[0]})` : `${examples[0]}: ${said}`;
}

function placeOf({ line, place, record }: Finding): string {
  const name = record ?? (place ? `record ${place}` : '');
  return [name, line ? `line ${line}` : ''].filter(Boolean).join(', ');
}
