import Module, { createRequire } from 'node:module';
import { build, mainFile } from './build.mjs';
import { install } from './install.mjs';
import { offerLocalChain } from './offer-local-chain.mjs';

install();
build();

// Read before the defaults below, so that the file can turn them off.
const { readEnvFile } = createRequire(import.meta.url)('../dist/src/platform/config/env-file.js');
try {
  readEnvFile();
} catch (error) {
  console.error(error.message);
  process.exit(1);
}

process.env.DEMO_SCHOOL ??= 'on';
await offerLocalChain(process.env);
// The application runs in this process, so that signals, exit code, terminal and arguments need no forwarding.
process.argv[1] = mainFile;
Module.runMain();
