import fc from 'fast-check';
import { findCycleThrough, type Edge } from './prerequisite-graph';

const edge = (from: number, to: number): Edge => ({ from, to });

describe('a cycle of prerequisites', () => {
  it.each<[string, number, number[], Edge[], number[] | null]>([
    ['no cycle when the course requires nothing', 1, [], [], null],
    ['a cycle when the course requires itself', 1, [1], [], [1, 1]],
    ['a cycle when a required course requires the course', 1, [2], [edge(2, 1)], [1, 2, 1]],
    ['a cycle over three courses', 1, [2], [edge(2, 3), edge(3, 1)], [1, 2, 3, 1]],
    ['the shorter of two cycles', 1, [2, 4], [edge(2, 3), edge(3, 1), edge(4, 1)], [1, 4, 1]],
    ['no cycle when two required courses require the same course', 1, [2, 3], [edge(2, 4), edge(3, 4)], null],
    ['no cycle of other courses', 1, [2], [edge(2, 3), edge(3, 2)], null],
  ])('findCycleThrough returns %s', (_, course, required, edges, path) => {
    expect(findCycleThrough(course, required, edges)).toEqual(path);
  });

  it('findCycleThrough returns a path exactly when the new graph has a cycle, and the path is that cycle', () => {
    const node = fc.integer({ min: 1, max: 7 });
    const edges = fc.array(fc.record({ from: node, to: node }), { maxLength: 14 });
    fc.assert(
      fc.property(edges, node, fc.uniqueArray(node, { maxLength: 4 }), (randomEdges, course, required) => {
        // Edges from a lower to a higher number form no cycle among themselves.
        const otherEdges = randomEdges.filter(({ from, to }) => from < to && from !== course);
        const path = findCycleThrough(course, required, otherEdges);
        const graph = [...otherEdges, ...required.map((to) => edge(course, to))];
        expect(path !== null).toBe(hasCycleThrough(graph, course));
        const steps = (path ?? []).slice(1).map((to, index) => edge(path![index]!, to));
        const isInGraph = (step: Edge) => graph.some(({ from, to }) => from === step.from && to === step.to);
        expect(steps.every(isInGraph)).toBe(true);
        if (path) expect([path.at(0), path.at(-1)]).toEqual([course, course]);
      }),
    );
  });
});

/** A simple implementation for comparison. After as many rounds as there are edges, every reachable course is known. */
function hasCycleThrough(edges: Edge[], course: number): boolean {
  const reached = new Set(edges.filter(({ from }) => from === course).map(({ to }) => to));
  for (let round = 0; round < edges.length; round++) {
    for (const { from, to } of edges) if (reached.has(from)) reached.add(to);
  }
  return reached.has(course);
}
