import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import ts from 'typescript';
import { modules } from '../../src/app.module';
import { settings } from '../../src/platform/config/config';

const root = join(__dirname, '../..');
const sources = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
  .map((file) => `src/${file}`)
  .filter((file) => file.endsWith('.ts') && !file.endsWith('.spec.ts'));
const read = (file: string): string => readFileSync(join(root, file), 'utf8');
const linesOf = (file: string): number => read(file).trimEnd().split('\n').length;

/** A list that must be at most `limit` for 90 % of its members; the message names the rest. */
function expectNinetyPercent(sizes: { name: string; lines: number }[], limit: number): void {
  const over = sizes.filter(({ lines }) => lines > limit).sort((one, other) => other.lines - one.lines);
  expect({ share: over.length / sizes.length <= 0.1, longest: over.slice(0, 5) }).toMatchObject({ share: true });
}

function functionsOf(file: string): { name: string; lines: number }[] {
  const source = ts.createSourceFile(file, read(file), ts.ScriptTarget.ES2022, true);
  const found: { name: string; lines: number }[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isFunctionLike(node) && 'body' in node && node.body) {
      const start = source.getLineAndCharacterOfPosition(node.getStart()).line;
      const end = source.getLineAndCharacterOfPosition(node.end).line;
      found.push({ name: `${file}:${start + 1}`, lines: end - start + 1 });
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

it('keeps 90 % of functions within 25 lines', () => {
  expectNinetyPercent(sources.flatMap(functionsOf), 25);
});

it('keeps 90 % of files within 150 lines', () => {
  expectNinetyPercent(
    sources.map((name) => ({ name, lines: linesOf(name) })),
    150,
  );
});

it('has the list and the three programs beside the three folders of src', () => {
  const loose = sources.filter((file) => file.split('/').length === 2).sort();
  expect(loose).toEqual(['app.module.ts', 'cli.ts', 'main.ts', 'worker.ts'].map((file) => `src/${file}`));
});

it('has three words under src, and no drawer for everything', () => {
  const folders = new Set(sources.filter((file) => file.split('/').length > 2).map((file) => file.split('/')[1]));
  expect([...folders].sort()).toEqual(['modules', 'operations', 'platform']);
  const drawers = sources.filter((file) => /\/(common|shared|core|utils?|helpers?)(\/|\.ts$)/.test(file));
  expect(drawers).toEqual([]);
});

it('names the engines only where they differ', () => {
  const rooms =
    /^src\/(platform\/(database|config)|operations\/(monitoring|move|backup))\/|^src\/platform\/errors\/loggable-error\.ts/;
  const code = (file: string): string => read(file).replace(/\/\*[\s\S]*?\*\/|\/\/.*/g, '');
  const named = sources.filter((file) => !rooms.test(file) && /postgres|sqlite/i.test(code(file)));
  expect(named).toEqual([]);
});

it('gives no constructor more than six parameters', () => {
  const crowded = sources.flatMap((file) => {
    const source = ts.createSourceFile(file, read(file), ts.ScriptTarget.ES2022, true);
    const found: string[] = [];
    const visit = (node: ts.Node): void => {
      if (ts.isConstructorDeclaration(node) && node.parameters.length > 6) found.push(file);
      ts.forEachChild(node, visit);
    };
    visit(source);
    return found;
  });
  expect(crowded).toEqual([]);
});

it('lists every setting in .env.example, and nothing else', () => {
  const listed = [...read('.env.example').matchAll(/^#? ?([A-Z][A-Z0-9_]+)=/gm)].map((match) => match[1]);
  const schemas = [settings, ...modules.flatMap((module) => module.settings?.schema ?? [])];
  expect(listed.sort()).toEqual(schemas.flatMap((schema) => Object.keys(schema.shape)).sort());
});

it('keeps folders without rooms within fifteen files', () => {
  const counts = new Map<string, number>();
  for (const file of sources.filter((name) => name.startsWith('src/modules/'))) {
    const folder = file.slice(0, file.lastIndexOf('/'));
    counts.set(folder, (counts.get(folder) ?? 0) + 1);
  }
  expect([...counts].filter(([, count]) => count > 15)).toEqual([]);
});
