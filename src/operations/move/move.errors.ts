/** A reason why a database cannot be moved. It applies to `count` rows; `examples` names some of them. */
export interface Problem {
  place: string;
  what: string;
  count?: number;
  examples?: string[];
}

function toLine({ place, what, count, examples = [] }: Problem): string {
  const rows = count === undefined ? '' : ` (${count} ${count === 1 ? 'row' : 'rows'})`;
  return `  ${place}: ${what}${rows}${examples.length > 0 ? `, for example ${examples.join('; ')}` : ''}`;
}

/** Reports all problems at once. Nothing was written. A move and a restore throw it. */
export class MoveRefused extends Error {
  override name = 'MoveRefused';

  constructor(readonly problems: readonly Problem[]) {
    super(
      `Nothing was changed: ${problems.length} ${problems.length === 1 ? 'problem' : 'problems'}\n${problems.map(toLine).join('\n')}`,
    );
  }
}

/** The copy differs from the source, and the target was left unchanged. */
export class ProofFailed extends Error {
  override name = 'ProofFailed';

  constructor(differences: readonly string[]) {
    super(`The copy differs from the source and was discarded:\n${differences.map((line) => `  ${line}`).join('\n')}`);
  }
}

export function requireNoProblems(problems: readonly Problem[]): void {
  if (problems.length > 0) throw new MoveRefused(problems);
}
