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

/** Expects at least 90 % of the sizes to be at most `limit`. The message names the five largest of the others. */
function expectNinetyPercent(sizes: { name: string; lines: number }[], limit: number): void {
  const tooLong = sizes.filter(({ lines }) => lines > limit).sort((left, right) => right.lines - left.lines);
  const isAccepted = tooLong.length / sizes.length <= 0.1;
  expect({ isAccepted, longest: tooLong.slice(0, 5) }).toMatchObject({ isAccepted: true });
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

it('90 % of the functions have at most 25 lines', () => {
  expectNinetyPercent(sources.flatMap(functionsOf), 25);
});

it('90 % of the files have at most 150 lines', () => {
  expectNinetyPercent(
    sources.map((name) => ({ name, lines: linesOf(name) })),
    150,
  );
});

it('src contains three folders, the list of modules and three programs, and nothing else', () => {
  const loose = sources.filter((file) => file.split('/').length === 2).sort();
  expect(loose).toEqual(['app.module.ts', 'cli.ts', 'main.ts', 'worker.ts'].map((file) => `src/${file}`));
});

it('src has the folders modules, operations and platform, and no folder or file for mixed helpers', () => {
  const folders = new Set(sources.filter((file) => file.split('/').length > 2).map((file) => file.split('/')[1]));
  expect([...folders].sort()).toEqual(['modules', 'operations', 'platform']);
  const helperFiles = sources.filter((file) => /\/(common|shared|core|utils?|helpers?)(\/|\.ts$)/.test(file));
  expect(helperFiles).toEqual([]);
});

it('only folders that depend on the database engine name PostgreSQL or SQLite in code', () => {
  const engineFolders =
    /^src\/(platform\/(database|config|internals)|operations\/(monitoring|move|backup))\/|^src\/platform\/errors\/loggable-error\.ts/;
  const code = (file: string): string => read(file).replace(/\/\*[\s\S]*?\*\/|\/\/.*/g, '');
  const named = sources.filter((file) => !engineFolders.test(file) && /postgres|sqlite/i.test(code(file)));
  expect(named).toEqual([]);
});

it('no constructor has more than six parameters', () => {
  const tooLong = sources.flatMap((file) => {
    const source = ts.createSourceFile(file, read(file), ts.ScriptTarget.ES2022, true);
    const found: string[] = [];
    const visit = (node: ts.Node): void => {
      if (ts.isConstructorDeclaration(node) && node.parameters.length > 6) found.push(file);
      ts.forEachChild(node, visit);
    };
    visit(source);
    return found;
  });
  expect(tooLong).toEqual([]);
});

it('.env.example lists every setting and nothing else', () => {
  const listed = [...read('.env.example').matchAll(/^#? ?([A-Z][A-Z0-9_]+)=/gm)].map((match) => match[1]);
  const schemas = [settings, ...modules.flatMap((module) => module.settings?.schema ?? [])];
  expect(listed.sort()).toEqual(schemas.flatMap((schema) => Object.keys(schema.shape)).sort());
});

it('no folder of a module has more than fifteen files', () => {
  const counts = new Map<string, number>();
  for (const file of sources.filter((name) => name.startsWith('src/modules/'))) {
    const folder = file.slice(0, file.lastIndexOf('/'));
    counts.set(folder, (counts.get(folder) ?? 0) + 1);
  }
  expect([...counts].filter(([, count]) => count > 15)).toEqual([]);
});

it('no spread of an array or object literal hides the length of a list', () => {
  const spreadsOf = (file: string): string[] => {
    const source = ts.createSourceFile(file, read(file), ts.ScriptTarget.ES2022, true);
    const found: string[] = [];
    const visit = (node: ts.Node): void => {
      const isSpread = ts.isSpreadElement(node) || ts.isSpreadAssignment(node);
      if (isSpread && (ts.isArrayLiteralExpression(node.expression) || ts.isObjectLiteralExpression(node.expression)))
        found.push(`${file}:${source.getLineAndCharacterOfPosition(node.getStart()).line + 1}`);
      ts.forEachChild(node, visit);
    };
    visit(source);
    return found;
  };
  const demo = readdirSync(join(root, 'demo'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => `demo/${file}`);
  expect([...sources, ...demo].flatMap(spreadsOf)).toEqual([]);
});
