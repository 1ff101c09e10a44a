/** Creates a temporary folder, prints its path, and removes it when standard input closes (see `child-script.ts`). */
import { rmSync } from 'node:fs';
import { scratchFolder } from './scratch-folder.mjs';

const folder = scratchFolder('teoart-sqlite-');
process.stdin.resume().once('close', () => rmSync(folder, { recursive: true, force: true }));
console.log(folder);
