import { levels } from '../course.lists';
import { cycleThrough, type Edge } from './prerequisite-graph';

export interface PlacedCourse {
  id: number;
  level: string;
  createdAt: Date;
}

export interface Directed {
  /** Pairs of which one direction was kept. */
  turned: { kept: Edge; dropped: Edge }[];
  /** Edges of pairs that would have closed a cycle. */
  broken: Edge[];
  /** The way around, where the file itself says so by edges of one direction. */
  cycle: number[] | null;
}

const keyOf = ({ from, to }: Edge): string => `${from}>${to}`;

/**
 * Another system keeps prerequisites in both directions and cannot say which was meant. Of such a pair the direction stays
 * that requires the lower level, then the older course; one that would close a cycle with the others goes too.
 */
export function direct(edges: readonly Edge[], courses: ReadonlyMap<number, PlacedCourse>): Directed {
  const all = new Map(edges.map((edge) => [keyOf(edge), edge]));
  const isPaired = ({ from, to }: Edge): boolean => all.has(keyOf({ from: to, to: from }));
  const kept = edges.filter((edge) => !isPaired(edge));
  const pairs = edges.filter((edge) => isPaired(edge) && comesFirst(edge.to, edge.from, courses));
  const result: Directed = { turned: [], broken: [], cycle: cycleAmong(kept) };
  if (result.cycle) return result;
  for (const edge of pairs.toSorted((one, other) => one.from - other.from || one.to - other.to)) {
    result.turned.push({ kept: edge, dropped: { from: edge.to, to: edge.from } });
    if (cycleThrough(edge.from, [edge.to], kept)) result.broken.push(edge);
    else kept.push(edge);
  }
  return result;
}

/** A way around, where there is one: what is left when everything that requires nothing more is taken away, again and again. */
export function cycleAmong(edges: readonly Edge[]): number[] | null {
  let left = [...edges];
  for (let before = -1; before !== left.length;) {
    before = left.length;
    const requiring = new Set(left.map(({ from }) => from));
    left = left.filter(({ to }) => requiring.has(to));
  }
  for (const { from } of left) {
    const own = left.filter((edge) => edge.from === from).map(({ to }) => to);
    const path = cycleThrough(from, own, left);
    if (path) return path;
  }
  return null;
}

/** By level, then age, then number: an order without ties, so that pairs alone never close a cycle. */
function comesFirst(one: number, other: number, courses: ReadonlyMap<number, PlacedCourse>): boolean {
  const [first, second] = [courses.get(one), courses.get(other)];
  if (!first || !second) return one < other;
  const rank = ({ level }: PlacedCourse): number => (levels as readonly string[]).indexOf(level);
  const order = rank(first) - rank(second) || first.createdAt.getTime() - second.createdAt.getTime() || one - other;
  return order < 0;
}
