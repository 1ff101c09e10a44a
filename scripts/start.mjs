import Module, { createRequire } from 'node:module';
import { build, mainFile } from './build.mjs';
import { install } from './install.mjs';
import { offerLocalChain } from './offer-local-chain.mjs';

install();
build();

const load = createRequire(import.meta.url);
load('../dist/src/platform/process/compile-cache.js');
// Read before the defaults below, so that the file can turn them off.
const { readEnvFile } = load('../dist/src/platform/config/env-file.js');
try {
  readEnvFile();
} catch (error) {
  console.error(error.message);
  process.exit(1);
}

process.env.DEMO_SCHOOL ??= 'on';
const offer = offerLocalChain(process.env);
// The chain starts in processes of its own. Meanwhile this process loads the application, which reads no settings yet.
load('../dist/src/app.module.js');
await offer;
// The application runs in this process, so that signals, exit code, terminal and arguments need no forwarding.
process.argv[1] = mainFile;
Module.runMain();
