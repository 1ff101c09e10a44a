import { gradeBlanks, gradeMatches, gradeOrder } from './structured-graders';

const base = { id: 'q', text: 'What?', points: 4 };
const options = (...ids: string[]) => ids.map((id) => ({ id, text: id }));

describe('a question with blanks', () => {
  const question = { ...base, kind: 'fill_blanks' as const, blanks: ['a', 'b', 'c'] };
  const key = { blanks: { a: ['gesso'], b: ['size', 'rabbit glue'], c: ['linen'] } };

  it.each<[string, unknown, number, number]>([
    ['all right', { a: 'Gesso', b: ' rabbit  GLUE. ', c: 'linen' }, 1, 1],
    ['two right', { a: 'gesso', b: 'size', c: 'cotton' }, 0, 2 / 3],
    ['one right, the others left out', { c: 'linen' }, 0, 1 / 3],
    ['the right texts in other places', { a: 'linen', b: 'gesso', c: 'size' }, 0, 0],
    ['blank texts', { a: ' ', b: '', c: '' }, 0, 0],
    ['an unknown blank', { toString: 'gesso' }, 0, 0],
    ['a text', 'gesso', 0, 0],
    ['a list', ['gesso', 'size', 'linen'], 0, 0],
  ])('with %s (%j) earns the share %d, or %d with partial credit', (_, answer, share, partialShare) => {
    expect(gradeBlanks(answer, key, question)).toBe(share);
    expect(gradeBlanks(answer, key, { ...question, partial: true })).toBe(partialShare);
  });
});

describe('a matching question', () => {
  const question = {
    ...base,
    kind: 'matching' as const,
    prompts: options('monet', 'manet', 'seurat', 'signac'),
    choices: options('lilies', 'bar', 'dots', 'cubes'),
  };
  const key = { matches: { monet: 'lilies', manet: 'bar', seurat: 'dots', signac: 'dots' } };

  it.each<[string, unknown, number, number]>([
    ['all right', { signac: 'dots', seurat: 'dots', manet: 'bar', monet: 'lilies' }, 1, 1],
    ['two changed places', { monet: 'bar', manet: 'lilies', seurat: 'dots', signac: 'dots' }, 0, 0.5],
    ['one right', { manet: 'bar' }, 0, 0.25],
    ['the same choice everywhere', { monet: 'dots', manet: 'dots', seurat: 'dots', signac: 'dots' }, 0, 0.5],
    ['nothing', {}, 0, 0],
    ['a list', ['lilies', 'bar'], 0, 0],
  ])('with %s (%j) earns the share %d, or %d with partial credit', (_, answer, share, partialShare) => {
    expect(gradeMatches(answer, key, question)).toBe(share);
    expect(gradeMatches(answer, key, { ...question, partial: true })).toBe(partialShare);
  });
});

describe('an ordering question', () => {
  const question = { ...base, kind: 'ordering' as const, items: options('a', 'b', 'c', 'd', 'e') };
  const key = { order: ['a', 'b', 'c', 'd', 'e'] };

  it.each<[string, unknown, number, number]>([
    ['the right order', ['a', 'b', 'c', 'd', 'e'], 1, 1],
    ['the last item first', ['e', 'a', 'b', 'c', 'd'], 0, 0.75],
    ['two neighbours exchanged in the middle', ['a', 'c', 'b', 'd', 'e'], 0, 0.25],
    ['two neighbours exchanged at the end', ['a', 'b', 'c', 'e', 'd'], 0, 0.5],
    ['the opposite order', ['e', 'd', 'c', 'b', 'a'], 0, 0],
    ['the first three items only', ['a', 'b', 'c'], 0, 0.5],
    ['one item', ['a'], 0, 0],
    ['nothing', [], 0, 0],
    ['a text', 'abcde', 0, 0],
  ])('in %s (%j) earns the share %d, or %d with partial credit', (_, answer, share, partialShare) => {
    expect(gradeOrder(answer, key, question)).toBe(share);
    expect(gradeOrder(answer, key, { ...question, partial: true })).toBe(partialShare);
  });
});
