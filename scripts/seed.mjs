import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { build } from './build.mjs';
import { install, root } from './install.mjs';

install();
build();

/** `npm run seed -- --users 10000 [--courses 200]` fills the database of DATABASE_URL, which must be empty. */
const cli = path.join(root, 'dist/src/cli.js');
const { status } = spawnSync(process.execPath, [cli, 'seed', ...process.argv.slice(2)], { stdio: 'inherit' });
process.exitCode = status ?? 1;
