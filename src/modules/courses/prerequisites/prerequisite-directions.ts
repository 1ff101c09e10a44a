import { levels } from '../course.lists';
import { findCycleThrough, type Edge } from './prerequisite-graph';

export interface ComparableCourse {
  id: number;
  level: string;
  createdAt: Date;
}

interface ChosenDirections {
  /** Pairs of opposite edges of which one direction was kept. */
  resolvedPairs: { kept: Edge; dropped: Edge }[];
  /** Kept edges of these pairs that were removed, too, because they would close a cycle. */
  removedEdges: Edge[];
  /** A cycle of edges that the file has in one direction only. If there is such a cycle, the other lists are empty. */
  cycle: number[] | null;
}

const keyOf = ({ from, to }: Edge): string => `${from}>${to}`;

/**
 * Another system stores each prerequisite in both directions, so the file does not say which direction was meant. This
 * function keeps the direction that requires the course of the lower level, or the older course if the levels are equal. A
 * kept edge that would close a cycle with the other edges is removed, too.
 */
export function chooseDirections(
  edges: readonly Edge[],
  courses: ReadonlyMap<number, ComparableCourse>,
): ChosenDirections {
  const keys = new Set(edges.map(keyOf));
  const isPaired = ({ from, to }: Edge): boolean => keys.has(keyOf({ from: to, to: from }));
  const keptEdges = edges.filter((edge) => !isPaired(edge));
  const chosenEdges = edges.filter((edge) => isPaired(edge) && comesFirst(edge.to, edge.from, courses));
  const result: ChosenDirections = { resolvedPairs: [], removedEdges: [], cycle: findCycle(keptEdges) };
  if (result.cycle) return result;
  for (const edge of chosenEdges.toSorted(compareEdges)) {
    result.resolvedPairs.push({ kept: edge, dropped: { from: edge.to, to: edge.from } });
    if (findCycleThrough(edge.from, [edge.to], keptEdges)) result.removedEdges.push(edge);
    else keptEdges.push(edge);
  }
  return result;
}

const compareEdges = (left: Edge, right: Edge): number =>
  left.from === right.from ? left.to - right.to : left.from - right.from;

/** Finds a cycle. Removes the edges to courses that require nothing, until none is left. The remaining edges contain every cycle. */
export function findCycle(edges: readonly Edge[]): number[] | null {
  let remaining = [...edges];
  let previousCount: number;
  do {
    previousCount = remaining.length;
    const coursesWithPrerequisites = new Set(remaining.map(({ from }) => from));
    remaining = remaining.filter(({ to }) => coursesWithPrerequisites.has(to));
  } while (remaining.length < previousCount);
  for (const { from } of remaining) {
    const required = remaining.filter((edge) => edge.from === from).map(({ to }) => to);
    const path = findCycleThrough(from, required, remaining);
    if (path) return path;
  }
  return null;
}

/** Compares level, then age, then id. No two courses are equal, so the chosen directions alone never form a cycle. */
function comesFirst(leftId: number, rightId: number, courses: ReadonlyMap<number, ComparableCourse>): boolean {
  const left = courses.get(leftId);
  const right = courses.get(rightId);
  if (!left || !right) return leftId < rightId;
  const levelOf = ({ level }: ComparableCourse): number => (levels as readonly string[]).indexOf(level);
  if (levelOf(left) !== levelOf(right)) return levelOf(left) < levelOf(right);
  const ageDifferenceMs = left.createdAt.getTime() - right.createdAt.getTime();
  return ageDifferenceMs === 0 ? leftId < rightId : ageDifferenceMs < 0;
}
