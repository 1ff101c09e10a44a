import type { Measurement, PathResult } from './measure';
import { pairsOf, type Server } from './servers';

/** Two servers whose figures are compared: the first divided by the second. */
type Comparison = [name: string, other: string];

/** Each of our servers with its reference, and our first one with Django. */
export function listComparisons(servers: readonly Server[]): Comparison[] {
  const pairs = pairsOf(servers).map(([server, reference]): Comparison => [server.name, reference.name]);
  const django = servers.find(({ kind }) => kind === 'django');
  return django ? [...pairs, [servers[0]!.name, django.name]] : pairs;
}

/** A table in Markdown. The path with the lowest first ratio is the first row, since it is the one to improve. */
export function toTable(results: ReadonlyMap<string, PathResult>, servers: readonly Server[]): string {
  const comparisons = listComparisons(servers);
  const ratios = comparisons.flatMap(([name, other]) => [`${name} / ${other}`, 'CPU']);
  const figures = servers.map(({ name }) => `${name}: requests/s · CPU ms · p99 ms`);
  const rows = [...results].map(([path, result]) => ({
    ratio: ratioOf(result, comparisons[0]!),
    cells: [
      path,
      ...comparisons.flatMap((one) => [
        ratioOf(result, one).toFixed(2),
        `${processorRatioOf(result, one).toFixed(1)} ×`,
      ]),
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
export function ratioOf(result: PathResult, [name, other]: Comparison): number {
  const otherRounds = result.get(other)!;
  return median(result.get(name)!.map((one, round) => one.requestsPerSecond / otherRounds[round]!.requestsPerSecond));
}

/** How many times the processor time of the other server this one needs. Other programs on the machine hardly change it. */
function processorRatioOf(result: PathResult, [name, other]: Comparison): number {
  const totalOf = (one: string): number =>
    median(result.get(one)!.map((round) => round.serverMs + (round.databaseMs ?? 0)));
  return totalOf(name) / totalOf(other);
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
