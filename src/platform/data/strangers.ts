import { shown } from './cells';
import type { Choice } from './data-rules';
import type { Findings } from './findings';

type Known = Pick<Choice, 'known'> & { open: boolean };

/** Values of a school that are not ours: how many of each, and what ours are. */
export class Strangers {
  private readonly fields = new Map<string, Known & { counts: Map<string, number> }>();

  add(path: string, value: string, known: Known): void {
    const field = this.fields.get(path) ?? { ...known, counts: new Map<string, number>() };
    field.counts.set(value, (field.counts.get(value) ?? 0) + 1);
    this.fields.set(path, field);
  }

  /** Where a field takes our words only, each of theirs is refused; after them it is said what ours are. */
  refuse(findings: Findings): void {
    for (const [path, { known, open, counts }] of this.fields) {
      if (open) continue;
      for (const [value, count] of counts)
        findings.add({ reason: `${path} ${shown(value)}: neither our list nor the map knows it` }, count);
      findings.note(`${path} may be ${listOf(known)}`);
    }
  }

  /** What a field that takes every word takes beside ours. */
  notes(): string[] {
    return [...this.fields].flatMap(([path, { known, open, counts }]) => {
      if (!open) return [];
      const values = [...counts].map(([value, count]) => `${shown(value)} (${count})`).join(', ');
      return [`${path}: words of the school's own are kept: ${values}; ours are ${listOf(known)}`];
    });
  }

  /** A map to fill in: for each of their words all of ours, of which one is to stay. */
  skeleton(): Record<string, Record<string, string>> {
    const closed = [...this.fields].filter(([, { open }]) => !open);
    return Object.fromEntries(
      closed.map(([path, { known, counts }]) => [
        path,
        Object.fromEntries([...counts.keys()].map((value) => [value, listOf(known, ' | ')])),
      ]),
    );
  }
}

const listOf = (known: Choice['known'], between = ', '): string =>
  typeof known === 'function' ? 'a name of the IANA list, such as Europe/Rome' : known.join(between);
