import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { build } from './build.mjs';
import { install, root } from './install.mjs';

install();
build();
run('node_modules/typescript/bin/tsc', ['-p', 'bench/tsconfig.json']);
run('dist/bench/announcement.js', process.argv.slice(2));

function run(script, args) {
  const { status } = spawnSync(process.execPath, [path.join(root, script), ...args], { cwd: root, stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}
