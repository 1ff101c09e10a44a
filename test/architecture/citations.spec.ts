import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

const root = path.join(__dirname, '../..');
const read = (file: string): string => readFileSync(path.join(root, file), 'utf8');

const filesIn = (folder: string): string[] =>
  readdirSync(path.join(root, folder), { recursive: true }).map((file) => path.join(folder, String(file)));
const files = ['src', 'test', 'docs', 'demo', 'migrations']
  .flatMap(filesIn)
  .concat(readdirSync(root))
  .filter((file) => /\.(ts|md)$/.test(file));

const rules = new Set([...read('docs/rules.md').matchAll(/^## (\d+)\. /gm)].map(([, number]) => number));
const invariants = new Set([...read('docs/invariants.md').matchAll(/^\| (I\d+) \|/gm)].map(([, number]) => number));

/** Finds numbers in `rule 7`, `rules 1, 2, 4` and `rules 5 and 18`. */
const citedRules = (text: string): string[] =>
  [...text.matchAll(/\brules? (\d+(?:(?:, | and )\d+)*)/g)].flatMap(([, numbers]) => numbers!.match(/\d+/g)!);
const citedInvariants = (text: string): string[] => text.match(/\bI\d+\b/g) ?? [];

test('every rule that is cited is defined in docs/rules.md', () => {
  const cited = files.flatMap((file) => citedRules(read(file)).map((number) => ({ file, number })));
  expect(cited.length).toBeGreaterThan(30);
  expect(cited.filter(({ number }) => !rules.has(number))).toEqual([]);
});

test('every invariant that is cited is defined in docs/invariants.md', () => {
  const cited = files.flatMap((file) => citedInvariants(read(file)).map((number) => ({ file, number })));
  expect(cited.length).toBeGreaterThan(100);
  expect(cited.filter(({ number }) => !invariants.has(number))).toEqual([]);
});

test('every page for operators that cites an invariant gives its name and a link to it', () => {
  const pages = files.filter((file) => file.startsWith('docs/operations/'));
  const names = [...read('docs/invariants.md').matchAll(/^\| (I\d+) \| <a id="\w+"><\/a>(.+?) \|/gm)];
  const links = names.map(([, number, name]) => `[${number}, ${name}](../invariants.md#${number!.toLowerCase()})`);
  const withoutLinks = (text: string): string => links.reduce((rest, link) => rest.replaceAll(link, ''), text);
  expect(pages.flatMap((page) => citedInvariants(read(page))).length).toBeGreaterThan(4);
  const unnamed = pages.map((page) => [page, citedInvariants(withoutLinks(read(page)))] as const);
  expect(unnamed.filter(([, numbers]) => numbers.length > 0)).toEqual([]);
});

test.each([
  ['docs/rules.md', 10],
  ['docs/invariants.md', 3],
  ['docs/security.md', 150],
])('every file that %s names exists', (page, minCount) => {
  const named = [...read(page).matchAll(/`((?:src|test|docker)\/[^`]+)`/g)].map(([, file]) => file!);
  expect(named.length).toBeGreaterThan(minCount);
  expect(named.filter((file) => !existsSync(path.join(root, file)))).toEqual([]);
});

test('docs/security.md has every chapter of ASVS 5.0, and names files without a folder only if they exist', () => {
  const page = read('docs/security.md');
  const chapters = [...page.matchAll(/^## V(\d+) /gm)].map(([, number]) => Number(number));
  expect(chapters).toEqual(Array.from({ length: 17 }, (_, index) => index + 1));
  const names = [...page.matchAll(/`([\w.-]+\.ts)`/g)].map(([, name]) => name!);
  expect(names.filter((name) => !files.some((file) => path.basename(file) === name))).toEqual([]);
});

test('every link of a document to a file of the repository leads to one', () => {
  const broken = files
    .filter((file) => file.endsWith('.md'))
    .flatMap((file) =>
      [...read(file).matchAll(/\]\((?!https?:|#|mailto:)([^)#\s]+)[^)]*\)/g)]
        .filter(([, target]) => !existsSync(path.join(root, path.dirname(file), target!)))
        .map(([, target]) => `${file}: ${target}`),
    );
  expect(broken).toEqual([]);
});
