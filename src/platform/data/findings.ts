/** One thing that is wrong with a file: where, and why. */
export interface Finding {
  /** Of the file, from 1; of the record's first character. */
  line?: number | undefined;
  model?: string | undefined;
  field?: string | undefined;
  reason: string;
}

const mostListed = 50;

/** Nothing was changed; the message lists what is wrong, a line each. */
export class DataRefused extends Error {
  override name = 'DataRefused';

  constructor(
    what: string,
    readonly findings: readonly Finding[],
    readonly total = findings.length,
  ) {
    const lines = findings.map((finding) => `  ${describe(finding)}`);
    const rest = total > findings.length ? [`  … and ${total - findings.length} more`] : [];
    super([`${what}:`, ...lines, ...rest].join('\n'));
  }
}

export function describe({ line, model, field, reason }: Finding): string {
  const place = [line ? `line ${line}` : '', [model, field].filter(Boolean).join('.')].filter(Boolean).join(', ');
  return place ? `${place}: ${reason}` : reason;
}

/** Collects what is wrong, so that all of it is said at once. */
export class Findings {
  readonly listed: Finding[] = [];
  total = 0;

  add(finding: Finding): void {
    this.total++;
    if (this.listed.length < mostListed) this.listed.push(finding);
  }

  /** @throws DataRefused when there are any */
  settle(what = 'Nothing was changed: the file cannot be loaded'): void {
    if (this.total > 0) throw new DataRefused(what, this.listed, this.total);
  }
}
