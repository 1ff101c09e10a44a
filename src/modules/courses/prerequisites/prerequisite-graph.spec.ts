import fc from 'fast-check';
import { cycleThrough, type Edge } from './prerequisite-graph';

const edge = (from: number, to: number): Edge => ({ from, to });

describe('a course that would come to require itself', () => {
  it.each<[string, number, number[], Edge[], number[] | null]>([
    ['requires nothing', 1, [], [], null],
    ['requires itself', 1, [1], [], [1, 1]],
    ['requires one that requires it', 1, [2], [edge(2, 1)], [1, 2, 1]],
    ['in three steps', 1, [2], [edge(2, 3), edge(3, 1)], [1, 2, 3, 1]],
    ['takes the shorter of two ways', 1, [2, 4], [edge(2, 3), edge(3, 1), edge(4, 1)], [1, 4, 1]],
    ['meets the same course twice without a cycle', 1, [2, 3], [edge(2, 4), edge(3, 4)], null],
    ['leads past a cycle of others', 1, [2], [edge(2, 3), edge(3, 2)], null],
  ])('%s', (_, course, required, edges, path) => {
    expect(cycleThrough(course, required, edges)).toEqual(path);
  });

  it('is found exactly when the new graph has a cycle, and its path is one', () => {
    const node = fc.integer({ min: 1, max: 7 });
    const edges = fc.array(fc.record({ from: node, to: node }), { maxLength: 14 });
    fc.assert(
      fc.property(edges, node, fc.uniqueArray(node, { maxLength: 4 }), (all, course, required) => {
        const others = all.filter(({ from, to }) => from < to && from !== course);
        const path = cycleThrough(course, required, others);
        const graph = [...others, ...required.map((to) => edge(course, to))];
        expect(path !== null).toBe(reaches(graph, course));
        const steps = (path ?? []).slice(1).map((to, at) => edge(path![at]!, to));
        expect(steps.filter((step) => !graph.some(({ from, to }) => from === step.from && to === step.to))).toEqual([]);
        if (path) expect([path.at(0), path.at(-1)]).toEqual([course, course]);
      }),
    );
  });
});

/** The naive way: follow every edge as often as there are edges. */
function reaches(edges: Edge[], course: number): boolean {
  let reached = edges.filter(({ from }) => from === course).map(({ to }) => to);
  for (let round = 0; round < edges.length; round++)
    reached = [...new Set([...reached, ...edges.filter(({ from }) => reached.includes(from)).map(({ to }) => to)])];
  return reached.includes(course);
}
