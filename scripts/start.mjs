import { existsSync } from 'node:fs';
import Module from 'node:module';
import { build, mainFile } from './build.mjs';
import { install } from './install.mjs';
import { offerLocalChain } from './offer-local-chain.mjs';

install();
build();

// Read before the defaults below, so that the file can turn them off.
if (existsSync('.env')) process.loadEnvFile('.env');

process.env.DEMO_SCHOOL ??= 'on';
await offerLocalChain(process.env);
// The application runs in this process, so that signals, exit code, terminal and arguments need no forwarding.
process.argv[1] = mainFile;
Module.runMain();
