/** A problem because of which a database cannot be moved. */
export interface Problem {
  /** The table, column, file or side that has the problem. */
  place: string;
  reason: string;
  /** The number of rows that have the problem. */
  count?: number;
  /** The first of these rows. */
  examples?: string[];
}

function toLine({ place, reason, count, examples = [] }: Problem): string {
  const countText = count === undefined ? '' : ` (${count} ${count === 1 ? 'row' : 'rows'})`;
  const exampleText = examples.length > 0 ? `, for example ${examples.join('; ')}` : '';
  return `  ${place}: ${reason}${countText}${exampleText}`;
}

/** Thrown by a move or a restore before anything is written. The message lists all problems, so that all can be solved at once. */
export class MoveRefused extends Error {
  override name = 'MoveRefused';

  constructor(readonly problems: readonly Problem[]) {
    const countText = problems.length === 1 ? '1 problem' : `${problems.length} problems`;
    super(`Nothing was changed: ${countText}\n${problems.map(toLine).join('\n')}`);
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
