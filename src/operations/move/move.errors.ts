/** Something that keeps a database from being moved as it is; `count` rows have it, some of them are named. */
export interface Problem {
  place: string;
  what: string;
  count?: number;
  examples?: string[];
}

function toLine({ place, what, count, examples = [] }: Problem): string {
  const rows = count === undefined ? '' : ` (${count} ${count === 1 ? 'row' : 'rows'})`;
  return `  ${place}: ${what}${rows}${examples.length > 0 ? `, such as ${examples.join('; ')}` : ''}`;
}

/** Everything that is wrong, in one answer; nothing was written, by a move or a restore. */
export class MoveRefused extends Error {
  override name = 'MoveRefused';

  constructor(readonly problems: readonly Problem[]) {
    super(
      `Nothing was changed: ${problems.length} ${problems.length === 1 ? 'problem' : 'problems'}\n${problems.map(toLine).join('\n')}`,
    );
  }
}

/** The copy is not what was read; the target was left as it had been. */
export class ProofFailed extends Error {
  override name = 'ProofFailed';

  constructor(differences: readonly string[]) {
    super(
      `The copy differs from its source, so it was given up:\n${differences.map((line) => `  ${line}`).join('\n')}`,
    );
  }
}

export function requireNoProblems(problems: readonly Problem[]): void {
  if (problems.length > 0) throw new MoveRefused(problems);
}
