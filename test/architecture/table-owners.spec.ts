import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(__dirname, '../..');
const sources = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts') && !file.endsWith('.spec.ts'))
  .map((file) => ({ file: `src/${file}`, text: readFileSync(join(root, 'src', file), 'utf8') }));

/** The module or folder of a file: `users` for `src/modules/users/…`, `platform` for `src/platform/…`. */
const partOf = (file: string): string => /^src\/(?:modules\/)?([^/]+)\//.exec(file)?.[1] ?? 'application';

/** The owner of each table. The owner is the module or folder whose entity declares the table. */
function ownersOf(files: typeof sources): Map<string, string> {
  const owners = files.flatMap(({ file, text }) =>
    [...text.matchAll(/@Entity\((?:'(\w+)'|(\w+))/g)].map(([, literal, constant]): [string, string] => {
      const table = literal ?? new RegExp(`const ${constant} = '(\\w+)'`).exec(text)![1];
      return [table!, partOf(file)];
    }),
  );
  return new Map(owners);
}

/** Finds writes to tables of another owner, as `file: table`. The temporary tables of an import (`load_…`) have no owner. */
function foreignWrites(files: typeof sources, owners: Map<string, string>): string[] {
  const write = /\b(?:INSERT\s+INTO|UPDATE|DELETE\s+FROM)\s+(?:ONLY\s+)?"?([a-z]+_[a-z_]+)\b/g;
  return files.flatMap(({ file, text }) => {
    const tables = new Set([...text.matchAll(write)].map(([, table]) => table!));
    return [...tables]
      .filter((table) => owners.has(table) && owners.get(table) !== partOf(file))
      .map((table) => `${file}: ${table}`);
  });
}

/** Each exception with the decision that allows it. */
const allowed: Record<string, string> = {
  'src/modules/rewards/ledger/balances.ts: users_user': '0003: the ledger owns the two balance columns',
  'src/modules/rewards/ledger/import/ledger-import.ts: users_user': '0003: the ledger owns the two balance columns',
  'src/modules/rewards/ledger/ledger-guard.ts: users_user': '0003: a trial row, rolled back, that proves the triggers',
};

it('a module writes to a table of another module only if a decision allows it', () => {
  expect(foreignWrites(sources, ownersOf(sources)).sort()).toEqual(Object.keys(allowed).sort());
});

it('the decision that allows a write to a table of another module exists', () => {
  const decisions = readdirSync(join(root, 'docs/decisions'));
  for (const reason of Object.values(allowed))
    expect(decisions.some((name) => name.startsWith(reason.slice(0, 5).replace(':', '-')))).toBe(true);
});

it('the check finds an INSERT, an UPDATE and a DELETE on a table of another module', () => {
  const plant = (text: string) => [{ file: 'src/modules/chain/planted.ts', text }];
  const owners = new Map([['courses_course', 'courses']]);
  for (const sql of [
    'INSERT INTO courses_course (id)',
    'UPDATE courses_course SET',
    'DELETE FROM courses_course WHERE',
  ])
    expect(foreignWrites(plant(`const sql = \`${sql}\``), owners)).toEqual([
      'src/modules/chain/planted.ts: courses_course',
    ]);
  expect(foreignWrites(plant('SELECT 1 FROM courses_course'), owners)).toEqual([]);
});

it('every table that a migration creates has an owner', () => {
  const created = readdirSync(join(root, 'migrations')).flatMap((file) => [
    ...readFileSync(join(root, 'migrations', file), 'utf8').matchAll(/\btable\(\s*'(\w+)'/g),
  ]);
  const owners = ownersOf(sources);
  expect(created.map(([, name]) => name!).filter((name) => !owners.has(name))).toEqual([]);
});
