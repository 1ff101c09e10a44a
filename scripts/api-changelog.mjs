import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { compareDocuments } from './api-changes/compare.mjs';
import { root } from './install.mjs';

/**
 * `node scripts/api-changelog.mjs` writes the changes since the last release into `docs/api-changelog.md`. `--check` fails if they
 * are out of date, or if a breaking change is not listed in `docs/api/breaking-changes.json`. `--release 0.3.0` makes the present
 * document that of the last release.
 */
const folder = path.join(root, 'docs/api');
const page = path.join(root, 'docs/api-changelog.md');
const listed = path.join(folder, 'breaking-changes.json');
const read = (file) => readFileSync(file, 'utf8');

const INTRODUCTION = `# Changes of the API

Made by \`node scripts/api-changelog.mjs\`, which compares \`openapi.json\` with the document of the last release. A change is breaking if a client that was correct
before may fail now. \`npm run check\` fails until each breaking change is listed in \`docs/api/breaking-changes.json\`, with what a client must do. The part for
people is in the [changelog](../CHANGELOG.md).
`;

/** What the comparison reads. Descriptions and examples are half of the document, and change nothing for a program. */
function compact(document) {
  const withoutTexts = (value, key) => {
    if (Array.isArray(value)) return value.map((each) => withoutTexts(each));
    if (typeof value !== 'object' || value === null) return value;
    const isNamed = key === 'properties' || key === 'schemas';
    const kept = Object.entries(value).filter(
      ([name]) => isNamed || !['description', 'summary', 'example', 'examples', 'title'].includes(name),
    );
    return Object.fromEntries(kept.map(([name, member]) => [name, withoutTexts(member, name)]));
  };
  const { examples: _examples, ...components } = document.components;
  return withoutTexts({ openapi: document.openapi, paths: document.paths, components });
}

/** The section about the changes since a release, and the faults of the list of breaking changes. */
function describeChanges(release, changes, entries) {
  const breaking = changes.filter(({ isBreaking }) => isBreaking).map(({ text }) => text);
  const compatible = changes.filter(({ isBreaking }) => !isBreaking).map(({ text }) => text);
  const entryOf = (text) => entries.find((entry) => entry.changes.some((pattern) => matches(text, pattern)));
  const unlisted = breaking.filter((text) => !entryOf(text));
  const unused = entries
    .flatMap((entry) => entry.changes)
    .filter((pattern) => !breaking.some((text) => matches(text, pattern)));
  const groups = entries
    .map((entry) => ({ title: entry.advice, lines: breaking.filter((text) => entryOf(text) === entry) }))
    .filter(({ lines }) => lines.length > 0);
  const section = [
    `## Since ${release}`,
    ...(breaking.length > 0
      ? ['### Breaking', ...groups.map(({ title, lines }) => `**${title}**\n\n${listOf(lines)}`)]
      : []),
    ...(unlisted.length > 0 ? [`**Not listed yet**\n\n${listOf(unlisted)}`] : []),
    ...(compatible.length > 0 ? ['### Compatible', listOf(compatible)] : []),
    ...(changes.length === 0 ? ['No changes.'] : []),
  ];
  return { section: `${section.join('\n\n')}\n`, unlisted, unused };
}

const listOf = (lines) => lines.map((line) => `* ${line.replaceAll('|', String.raw`\|`)}`).join('\n');

/** `*` in a pattern stands for any text. */
function matches(text, pattern) {
  const parts = pattern.split('*').map((part) => part.replaceAll(/[.+?^${}()|[\]\\]/g, String.raw`\$&`));
  return new RegExp(`^${parts.join('.*')}$`).test(text);
}

function lastRelease() {
  const file = readdirSync(folder).find((name) => /^openapi-.*\.json$/.test(name));
  return { file: path.join(folder, file), version: /^openapi-(.*)\.json$/.exec(file)[1] };
}

/** The sections of earlier releases, which no longer change. */
const earlierSections = () => (existsSync(page) ? (/^## \d[^]*/m.exec(read(page))?.[0] ?? '') : '');

function release(version, document, section, snapshot) {
  const text = section.replace(/^## Since .*/, `## ${version}`);
  writeFileSync(
    page,
    [INTRODUCTION, `## Since ${version}\n\nNo changes.\n`, text, earlierSections()].filter(Boolean).join('\n'),
  );
  rmSync(snapshot.file);
  writeFileSync(path.join(folder, `openapi-${version}.json`), `${JSON.stringify(compact(document))}\n`);
  writeFileSync(listed, '[]\n');
}

function main() {
  const { values } = parseArgs({ options: { check: { type: 'boolean' }, release: { type: 'string' } } });
  const document = JSON.parse(read(path.join(root, 'openapi.json')));
  const snapshot = lastRelease();
  const changes = compareDocuments(JSON.parse(read(snapshot.file)), document);
  const { section, unlisted, unused } = describeChanges(snapshot.version, changes, JSON.parse(read(listed)));
  const faults = [
    ...(values.release === snapshot.version ? [`${snapshot.version} is released already`] : []),
    ...unlisted.map((text) => `a breaking change is not listed in docs/api/breaking-changes.json: ${text}`),
    ...unused.map((pattern) => `docs/api/breaking-changes.json lists a change that does not exist: ${pattern}`),
  ];
  const content = [INTRODUCTION, section, earlierSections()].filter(Boolean).join('\n');
  if (values.release && faults.length === 0) return release(values.release, document, section, snapshot);
  if (!values.check) writeFileSync(page, content);
  else if (!existsSync(page) || read(page) !== content)
    faults.push('docs/api-changelog.md is out of date. Run: node scripts/api-changelog.mjs');
  for (const fault of faults) console.error(fault);
  process.exitCode = faults.length > 0 ? 1 : 0;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) main();
