/** The course `from` requires the course `to`. */
export interface Edge {
  from: number;
  to: number;
}

/**
 * Finds the shortest cycle that would exist if the course required the courses in `required`.
 * @param edges contains at least the edges that can be reached from `required`
 * @returns the ids along the cycle, with the course first and last; null if there is no cycle
 */
export function findCycleThrough(course: number, required: readonly number[], edges: readonly Edge[]): number[] | null {
  const prerequisitesOf = new Map<number, number[]>();
  for (const { from, to } of edges) prerequisitesOf.set(from, [...(prerequisitesOf.get(from) ?? []), to]);
  const reachedFrom = new Map<number, number>();
  const queue: Edge[] = required.map((to) => ({ from: course, to }));
  for (const { from, to } of queue) {
    if (reachedFrom.has(to)) continue;
    reachedFrom.set(to, from);
    if (to === course) return buildCyclePath(course, reachedFrom);
    // The search does not continue from the course itself because `required` replaces its present prerequisites.
    for (const prerequisite of prerequisitesOf.get(to) ?? []) queue.push({ from: to, to: prerequisite });
  }
  return null;
}

/** Follows `reachedFrom` back from the course until it returns to the course. */
function buildCyclePath(course: number, reachedFrom: Map<number, number>): number[] {
  const path = [course];
  let previous = reachedFrom.get(course)!;
  while (previous !== course) {
    path.unshift(previous);
    previous = reachedFrom.get(previous)!;
  }
  return [course, ...path];
}
