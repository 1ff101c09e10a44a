import { createTree, tool } from './temporary-tree';

/** Each file uses one thing that the project's lint rules forbid. */
const forbidden: Record<string, string> = {
  'src/modules/users/environment.ts': 'export const home = process.env.HOME;\n',
  'src/modules/users/repository.ts':
    "import { InjectRepository } from '@nestjs/typeorm';\nexport const inject = InjectRepository;\n",
  'src/modules/users/source.ts': "import { DataSource } from 'typeorm';\nexport const source = DataSource;\n",
  'src/modules/users/runner.ts': "import type { QueryRunner } from 'typeorm';\nexport type Runner = QueryRunner;\n",
  'src/modules/users/exception.ts':
    "import { NotFoundException } from '@nestjs/common';\nexport const missing = NotFoundException;\n",
  'src/modules/users/cycle.ts': "import { forwardRef } from '@nestjs/common';\nexport const later = forwardRef;\n",
  'src/modules/users/private.ts':
    "import { JsonRpcProvider } from 'ethers';\nexport const network = (node: JsonRpcProvider): unknown => node._network;\n",
  'src/modules/users/print.ts': "console.log('hello');\nexport const printed = 1;\n",
  'src/modules/users/floating.ts':
    'async function work(): Promise<void> {\n  await Promise.resolve();\n}\nexport function start(): void {\n  work();\n}\n',
};

it('oxlint reports every file that breaks a rule of the project', () => {
  const tree = createTree(forbidden);
  try {
    const report = JSON.parse(tool(tree.folder, 'oxlint', '--type-aware', '--format', 'json', 'src')) as {
      diagnostics: { filename: string }[];
    };
    const reported = new Set(report.diagnostics.map((diagnostic) => diagnostic.filename));
    expect([...reported].sort()).toEqual(Object.keys(forbidden).sort());
  } finally {
    tree.remove();
  }
});
