import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';

const root = join(__dirname, '../..');
const sources = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts') && !file.endsWith('.spec.ts'))
  .map((file) => ({ file: `src/${file}`, text: readFileSync(join(root, 'src', file), 'utf8') }));

/** `users` of `src/modules/users/…`, `platform` of `src/platform/…`. */
const partOf = (file: string): string => /^src\/(?:modules\/)?([^/]+)\//.exec(file)?.[1] ?? 'application';

/** The properties of the entities of each part. Other parts cannot import the entities, so they write a column that they read. */
function propertiesOf(files: typeof sources): Map<string, Set<string>> {
  const properties = new Map<string, Set<string>>();
  for (const { file, text } of files.filter(({ text }) => /^@Entity\(/m.test(text))) {
    const own = properties.get(partOf(file)) ?? new Set();
    for (const [, name] of text.matchAll(/\)\s+(\w+):\s/g)) own.add(name!);
    properties.set(partOf(file), own);
  }
  return properties;
}

/** The texts of a file, each as one string. An expression in a template is a space in it. */
function textsOf(file: string, text: string): string[] {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.ES2022, true);
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node)) found.push(node.text);
    if (ts.isTemplateExpression(node))
      found.push([node.head.text, ...node.templateSpans.map(({ literal }) => literal.text)].join(' '));
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

const toProperty = (column: string): string => column.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());

/**
 * Statements that name two or more columns of the part's own entities like their properties: `teacher_id AS "teacherId"`. `columnsOf`
 * writes such a list. One column, or a column with another name (`id AS "courseId"`), is easier to read in the statement.
 */
function handWrittenLists(files: typeof sources): string[] {
  const properties = propertiesOf(sources);
  const withAliases = files.filter(({ text }) => text.includes(' AS "'));
  return withAliases.flatMap(({ file, text }) =>
    textsOf(file, text).flatMap((sql) => {
      const aliases = [...sql.matchAll(/\b([a-z]+(?:_[a-z]+)+)\s+AS\s+"(\w+)"/g)];
      const plain = aliases.filter(([, column, alias]) => toProperty(column!) === alias);
      const own = plain.filter(([, , alias]) => properties.get(partOf(file))?.has(alias!)).map(([, column]) => column!);
      return own.length > 1 ? [`${file}: ${own.join(', ')}`] : [];
    }),
  );
}

it('no statement writes a list of columns that columnsOf derives from an entity', () => {
  expect(handWrittenLists(sources)).toEqual([]);
});

it('knows the properties of the entities of every part', () => {
  const properties = propertiesOf(sources);
  expect(properties.get('courses')).toContain('teacherId');
  expect(properties.get('progress')).toContain('gradedById');
  expect(properties.get('chain')).toContain('hotWalletId');
  expect(properties.get('platform')).toContain('failuresInARow');
  const counted = [...properties.values()].reduce((sum, { size }) => sum + size, 0);
  expect(counted).toBeGreaterThan(200);
});

const planted = (text: string): string[] => handWrittenLists([{ file: 'src/modules/courses/planted.ts', text }]);

it.each([
  ['in a string', `const sql = 'SELECT teacher_id AS "teacherId", created_at AS "createdAt" FROM courses_course';`],
  ['with aliases', 'const sql = `SELECT c.teacher_id AS "teacherId", c.lesson_count AS "lessonCount" ${from}`;'],
  ['around an expression', 'const sql = `c.teacher_id AS "teacherId", ${isOpen}, c.is_published AS "isPublished"`;'],
])('a planted list %s is reported', (_, text) => {
  expect(planted(text)).toHaveLength(1);
});

it('one column, other names, and columns of another module are allowed', () => {
  expect(planted('const sql = `SELECT id, teacher_id AS "teacherId" FROM courses_course`;')).toEqual([]);
  expect(planted('const sql = `c.id AS "courseId", c.teacher_id AS teacher, c.is_published AS "isOpen"`;')).toEqual([]);
  expect(planted('const sql = `u.first_name AS "firstName", u.last_name AS "lastName"`;')).toEqual([]);
});
