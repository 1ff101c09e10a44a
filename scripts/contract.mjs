import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { root } from './install.mjs';

/** `node scripts/contract.mjs` writes `contracts/TeoCoin.json` from the source; `--check` fails when they differ. */
const NAME = 'TeoCoin';
const require = createRequire(import.meta.url);

/**
 * All that the bytecode depends on besides the sources. No hash of the metadata in it: it would change with a comment.
 * The EVM is a settled one, since a chain that lacks an opcode refuses the contract only when it runs into it.
 */
const SETTINGS = {
  optimizer: { enabled: true, runs: 200 },
  evmVersion: 'cancun',
  metadata: { bytecodeHash: 'none', appendCBOR: false },
};

/** The artifact as committed: a text, so that a comparison sees every byte. */
export function compile(source) {
  const solc = require('solc');
  const file = `${NAME}.sol`;
  const input = {
    language: 'Solidity',
    sources: { [file]: { content: source } },
    settings: { ...SETTINGS, outputSelection: { [file]: { [NAME]: ['abi', 'evm.bytecode.object'] } } },
  };
  const { contracts, errors = [] } = JSON.parse(solc.compile(JSON.stringify(input), { import: installed }));
  if (errors.length > 0) throw new Error(errors.map((error) => error.formattedMessage).join('\n'));
  const { abi, evm } = contracts[file][NAME];
  const artifact = { contract: NAME, compiler: solc.version(), settings: SETTINGS, abi };
  return `${JSON.stringify({ ...artifact, bytecode: `0x${evm.bytecode.object}` }, null, 2)}\n`;
}

/** Imports come from node_modules, pinned by the lock file; nothing is fetched. */
function installed(name) {
  try {
    return { contents: readFileSync(require.resolve(name), 'utf8') };
  } catch {
    return { error: `${name} is not installed` };
  }
}

/** What differs, or null. */
export function difference(committed, compiled) {
  if (committed === compiled) return null;
  const [old, now] = [parsed(committed), JSON.parse(compiled)];
  const parts = Object.keys(now).filter((part) => JSON.stringify(old[part]) !== JSON.stringify(now[part]));
  return `differs from what the source compiles to: ${parts.join(', ') || 'its layout'}`;
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
}

function main() {
  const { values } = parseArgs({ options: { check: { type: 'boolean' }, folder: { type: 'string' } } });
  const folder = values.folder ?? path.join(root, 'contracts');
  const artifact = path.join(folder, `${NAME}.json`);
  const compiled = compile(readFileSync(path.join(folder, `${NAME}.sol`), 'utf8'));
  if (!values.check) return writeFileSync(artifact, compiled);
  const fault = difference(existsSync(artifact) ? readFileSync(artifact, 'utf8') : '', compiled);
  if (!fault) return;
  console.error(`${artifact} ${fault}\nRun: node scripts/contract.mjs`);
  process.exitCode = 1;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) main();
