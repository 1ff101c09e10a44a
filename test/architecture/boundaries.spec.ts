import { plant, tool } from './planted';

interface Violation {
  rule: { name: string };
  from: string;
}

const face = 'export const face = 1;';
const use = (path: string): string => `import { face } from '${path}';\nexport const used = face;\n`;

/** Lowest first. */
const chainFolders = [
  'settings',
  'decisions',
  'nodes',
  'deposits',
  'marks',
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
  .map((folder, at) => [
    `chain-folders-${folder}`,
    { [`src/modules/chain/${folder}/planted.ts`]: use(`../${chainFolders[at + 1]}/inner`) },
  ]);

/** For each rule the file that breaks it, and it alone. */
const violations: Record<string, Record<string, string>> = {
  'modules-users': { 'src/modules/users/planted.ts': use('../courses/index') },
  'modules-courses': { 'src/modules/courses/planted.ts': use('../rewards/index') },
  'modules-progress': { 'src/modules/progress/planted.ts': use('../rewards/index') },
  'modules-rewards': { 'src/modules/rewards/planted.ts': use('../chain/index') },
  'modules-chain': { 'src/modules/chain/planted.ts': use('../notifications/index') },
  ...(Object.fromEntries(folderViolations) as Record<string, Record<string, string>>),
  'chain-folders': { 'src/modules/chain/nodes/planted-root.ts': use('../inner') },
  'public-interfaces': { 'src/modules/notifications/planted.ts': use('../users/inner') },
  'public-interfaces-from-outside': { 'src/planted.ts': use('./modules/users/inner') },
  'no-own-index': { 'src/modules/users/reader.ts': use('./index') },
  'platform-knows-no-module': { 'src/platform/planted.ts': use('../modules/users/index') },
  'platform-knows-no-operations': { 'src/platform/operator.ts': use('../operations/inner') },
  'modules-know-no-operations': { 'src/modules/users/operator.ts': use('../../operations/inner') },
  'operations-know-no-module': { 'src/operations/planted.ts': use('../modules/users/index') },
  'nothing-imports-the-application': { 'src/modules/users/starter.ts': use('../../main') },
  'drivers-stay-in-database-folders': {
    'src/modules/users/driver.ts': "import { Pool } from 'pg';\nexport const pool = Pool;\n",
  },
  'no-cycles': { 'src/platform/one.ts': use('./two'), 'src/platform/two.ts': use('./one') },
  'everything-resolves': { 'src/platform/lost.ts': use('./nowhere') },
};

const healthy = Object.fromEntries(
  ['users', 'courses', 'progress', 'rewards', 'chain', 'notifications'].flatMap((module) => [
    [`src/modules/${module}/index.ts`, face],
    [`src/modules/${module}/inner.ts`, face],
  ]),
);
const rooms = Object.fromEntries(chainFolders.map((folder) => [`src/modules/chain/${folder}/inner.ts`, face]));
const main = { 'src/main.ts': face, 'src/operations/inner.ts': face };

function cruise(files: Record<string, string>): Violation[] {
  const planted = plant({ ...healthy, ...rooms, ...main, ...files });
  try {
    const words = ['--config', '.dependency-cruiser.cjs', '--output-type', 'json', 'src'];
    const report = JSON.parse(tool(planted.folder, 'depcruise', ...words)) as { summary: { violations: Violation[] } };
    return report.summary.violations;
  } finally {
    planted.remove();
  }
}

it('has a planted violation for every rule', () => {
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  const { forbidden } = require('../../.dependency-cruiser.cjs') as { forbidden: { name: string }[] };
  expect(Object.keys(violations).sort()).toEqual(forbidden.map((rule) => rule.name).sort());
});

it('is content with a tree that breaks nothing', () => {
  expect(cruise({ 'src/modules/notifications/fine.ts': use('../users/index') })).toEqual([]);
});

it('fires for each of them', () => {
  const fired = cruise(Object.assign({}, ...Object.values(violations)) as Record<string, string>);
  const seen = fired.map(({ rule, from }) => `${rule.name} ${from}`);
  for (const [rule, files] of Object.entries(violations))
    expect(seen).toContainEqual(expect.stringMatching(new RegExp(`^${rule} (${Object.keys(files).join('|')})$`)));
});
