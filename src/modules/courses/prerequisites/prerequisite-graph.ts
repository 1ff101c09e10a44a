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
  const next = new Map<number, number[]>();
  for (const { from, to } of edges) next.set(from, [...(next.get(from) ?? []), to]);
  const reachedFrom = new Map<number, number>();
  const queue: Edge[] = required.map((to) => ({ from: course, to }));
  for (const { from, to } of queue) {
    if (reachedFrom.has(to)) continue;
    reachedFrom.set(to, from);
    if (to === course) return cyclePath(course, reachedFrom);
    // The search never goes on from the course itself, because `required` replaces its present prerequisites.
    queue.push(...(next.get(to) ?? []).map((nextTo) => ({ from: to, to: nextTo })));
  }
  return null;
}

function cyclePath(course: number, reachedFrom: Map<number, number>): number[] {
  const path = [course];
  for (let id = reachedFrom.get(course)!; id !== course; id = reachedFrom.get(id)!) path.unshift(id);
  return [course, ...path];
}
