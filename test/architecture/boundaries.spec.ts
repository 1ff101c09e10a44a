import { createTree, tool } from './temporary-tree';

interface Violation {
  rule: { name: string };
  from: string;
}

const exportSource = 'export const exported = 1;';
const importFrom = (path: string): string => `import { exported } from '${path}';\nexport const used = exported;\n`;

/** The folders of the chain module, lowest first. */
const chainFolders = [
  'settings',
  'decisions',
  'nodes',
  'deposits',
  'cursor',
  'wallets',
  'withdrawals',
  'payments',
  'supply',
  'sending',
  'settlement',
  'administration',
  'audit',
];
const folderViolations = chainFolders
  .slice(0, -1)
  .map((folder, index) => [
    `chain-folders-${folder}`,
    { [`src/modules/chain/${folder}/planted.ts`]: importFrom(`../${chainFolders[index + 1]}/inner`) },
  ]);

/** For each rule: the files that break this rule and no other. */
const violations: Record<string, Record<string, string>> = {
  'modules-users': { 'src/modules/users/planted.ts': importFrom('../courses/index') },
  'modules-courses': { 'src/modules/courses/planted.ts': importFrom('../rewards/index') },
  'modules-progress': { 'src/modules/progress/planted.ts': importFrom('../rewards/index') },
  'modules-rewards': { 'src/modules/rewards/planted.ts': importFrom('../chain/index') },
  'modules-chain': { 'src/modules/chain/planted.ts': importFrom('../notifications/index') },
  'modules-administration': { 'src/modules/administration/planted.ts': importFrom('../notifications/index') },
  ...(Object.fromEntries(folderViolations) as Record<string, Record<string, string>>),
  'chain-folders': { 'src/modules/chain/nodes/planted-root.ts': importFrom('../inner') },
  'public-interfaces': { 'src/modules/notifications/planted.ts': importFrom('../users/inner') },
  'public-interfaces-from-outside': { 'src/planted.ts': importFrom('./modules/users/inner') },
  'no-own-index': { 'src/modules/users/reader.ts': importFrom('./index') },
  'platform-knows-no-module': { 'src/platform/planted.ts': importFrom('../modules/users/index') },
  'platform-knows-no-operations': { 'src/platform/operator.ts': importFrom('../operations/inner') },
  'modules-know-no-operations': { 'src/modules/users/operator.ts': importFrom('../../operations/inner') },
  'operations-know-no-module': { 'src/operations/planted.ts': importFrom('../modules/users/index') },
  'nothing-imports-the-application': { 'src/modules/users/starter.ts': importFrom('../../main') },
  'drivers-stay-in-database-folders': {
    'src/modules/users/driver.ts': "import { Pool } from 'pg';\nexport const pool = Pool;\n",
  },
  'private-files-stay-in-internals': {
    'src/platform/database/inner.ts':
      "import { PostgresDriver } from 'typeorm/driver/postgres/PostgresDriver';\nexport const driver = PostgresDriver;\n",
  },
  'client-stands-alone': { 'packages/client/src/planted.ts': importFrom('../../../src/main') },
  'nothing-imports-the-client': { 'src/modules/users/client.ts': importFrom('../../../packages/client/src/index') },
  'no-cycles': { 'src/platform/one.ts': importFrom('./two'), 'src/platform/two.ts': importFrom('./one') },
  'everything-resolves': { 'src/platform/lost.ts': importFrom('./nowhere') },
};

const validFiles = Object.fromEntries(
  ['users', 'courses', 'progress', 'rewards', 'chain', 'notifications'].flatMap((module) => [
    [`src/modules/${module}/index.ts`, exportSource],
    [`src/modules/${module}/inner.ts`, exportSource],
  ]),
);
const chainFiles = Object.fromEntries(
  chainFolders.map((folder) => [`src/modules/chain/${folder}/inner.ts`, exportSource]),
);
const otherFiles = {
  'src/main.ts': exportSource,
  'src/operations/inner.ts': exportSource,
  'packages/client/src/index.ts': exportSource,
};

function findViolations(files: Record<string, string>): Violation[] {
  const tree = createTree({ ...validFiles, ...chainFiles, ...otherFiles, ...files });
  try {
    const args = ['--config', '.dependency-cruiser.cjs', '--output-type', 'json', 'src', 'packages'];
    const report = JSON.parse(tool(tree.folder, 'depcruise', ...args)) as { summary: { violations: Violation[] } };
    return report.summary.violations;
  } finally {
    tree.remove();
  }
}

it('every rule of dependency-cruiser has a file here that breaks it', () => {
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  const { forbidden } = require('../../.dependency-cruiser.cjs') as { forbidden: { name: string }[] };
  expect(Object.keys(violations).sort()).toEqual(forbidden.map((rule) => rule.name).sort());
});

it('dependency-cruiser reports nothing for a tree that breaks no rule', () => {
  expect(findViolations({ 'src/modules/notifications/fine.ts': importFrom('../users/index') })).toEqual([]);
});

it('dependency-cruiser reports every file that breaks a rule', () => {
  const reported = findViolations(Object.assign({}, ...Object.values(violations)) as Record<string, string>);
  const found = reported.map(({ rule, from }) => `${rule.name} ${from}`);
  for (const [rule, files] of Object.entries(violations))
    expect(found).toContainEqual(expect.stringMatching(new RegExp(`^${rule} (${Object.keys(files).join('|')})$`)));
});
