/** `from` requires `to`. */
export interface Edge {
  from: number;
  to: number;
}

/**
 * The shortest way from a course through `required` back to itself, as ids, the course first and last; null where requiring
 * them closes no cycle. `edges` holds at least the edges that can be reached from `required`.
 */
export function cycleThrough(course: number, required: readonly number[], edges: readonly Edge[]): number[] | null {
  const next = new Map<number, number[]>();
  for (const { from, to } of edges) next.set(from, [...(next.get(from) ?? []), to]);
  const reachedFrom = new Map<number, number>();
  const queue: Edge[] = required.map((to) => ({ from: course, to }));
  for (const { from, to } of queue) {
    if (reachedFrom.has(to)) continue;
    reachedFrom.set(to, from);
    if (to === course) return wayBack(course, reachedFrom);
    // What the course itself requires now is being replaced: only `required` leads on from it.
    queue.push(...(next.get(to) ?? []).map((further) => ({ from: to, to: further })));
  }
  return null;
}

function wayBack(course: number, reachedFrom: Map<number, number>): number[] {
  const path = [course];
  for (let at = reachedFrom.get(course)!; at !== course; at = reachedFrom.get(at)!) path.unshift(at);
  return [course, ...path];
}
