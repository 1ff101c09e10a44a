import type { Measurement, PathResult } from './measure';
import type { Server } from './servers';

/** A ratio of the speeds of two servers: the first divided by the second. */
interface Comparison {
  name: string;
  other: string;
}

/** Our servers are compared with their references. Our first server is also compared with the servers that are no reference. */
export function listComparisons(servers: readonly Server[]): Comparison[] {
  const references = servers.filter(({ comparedWith }) => comparedWith !== null);
  return references.map(({ name, comparedWith }) => ({ name, other: comparedWith! }));
}

/** A table in Markdown. The path with the lowest first ratio is the first row, since it is the one to improve. */
export function toTable(results: ReadonlyMap<string, PathResult>, servers: readonly Server[]): string {
  const comparisons = listComparisons(servers);
  const ratios = comparisons.map(({ name, other }) => `${name} / ${other}`);
  const figures = servers.map(({ name }) => `${name}: requests/s · CPU ms · p99 ms`);
  const rows = [...results].map(([path, result]) => ({
    ratio: ratioOf(result, comparisons[0]!),
    cells: [
      path,
      ...comparisons.map((comparison) => ratioOf(result, comparison).toFixed(2)),
      ...servers.map(({ name }) => toCell(result.get(name)!)),
    ],
  }));
  const sorted = rows.toSorted((left, right) => left.ratio - right.ratio);
  const head = ['path', ...ratios, ...figures];
  return [head, ['---', ...head.slice(1).map(() => '---:')], ...sorted.map(({ cells }) => cells)]
    .map(toLine)
    .join('\n');
}

const toLine = (cells: string[]): string => `| ${cells.join(' | ')} |`;

/** The median over the rounds, because both servers are measured in each of them. */
export function ratioOf(result: PathResult, { name, other }: Comparison): number {
  const otherRounds = result.get(other)!;
  return median(result.get(name)!.map((one, round) => one.requestsPerSecond / otherRounds[round]!.requestsPerSecond));
}

function toCell(rounds: readonly Measurement[]): string {
  const of = (figure: 'requestsPerSecond' | 'p99Ms' | 'serverMs'): number =>
    median(rounds.map((round) => round[figure]));
  const databaseMs =
    rounds[0]!.databaseMs === null ? '' : ` + ${median(rounds.map((one) => one.databaseMs!)).toFixed(2)}`;
  return `${of('requestsPerSecond').toFixed(0)} · ${of('serverMs').toFixed(2)}${databaseMs} · ${of('p99Ms').toFixed(0)}`;
}

export function median(values: readonly number[]): number {
  const ascending = values.toSorted((left, right) => left - right);
  return ascending[Math.floor(values.length / 2)]!;
}
