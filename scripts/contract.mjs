import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { root } from './install.mjs';

/** `node scripts/contract.mjs` writes `contracts/TeoCoin.json` from the source; `--check` fails if they differ. */
const NAME = 'TeoCoin';
const require = createRequire(import.meta.url);

/**
 * All settings that the bytecode depends on. It holds no hash of the metadata, because that would change with a comment.
 * The EVM version is an established one, because a chain without an opcode fails only when it executes that opcode.
 */
const SETTINGS = {
  optimizer: { enabled: true, runs: 200 },
  evmVersion: 'cancun',
  metadata: { bytecodeHash: 'none', appendCBOR: false },
};

/** Compiles the artifact as text, so that it can be compared byte by byte. */
export function compile(source) {
  const solc = require('solc');
  const file = `${NAME}.sol`;
  const input = {
    language: 'Solidity',
    sources: { [file]: { content: source } },
    settings: { ...SETTINGS, outputSelection: { [file]: { [NAME]: ['abi', 'evm.bytecode.object'] } } },
  };
  const { contracts, errors = [] } = JSON.parse(solc.compile(JSON.stringify(input), { import: readImport }));
  if (errors.length > 0) throw new Error(errors.map((error) => error.formattedMessage).join('\n'));
  const { abi, evm } = contracts[file][NAME];
  const artifact = { contract: NAME, compiler: solc.version(), settings: SETTINGS, abi };
  return `${JSON.stringify({ ...artifact, bytecode: `0x${evm.bytecode.object}` }, null, 2)}\n`;
}

/** Reads an import from node_modules, whose versions the lock file fixes. Nothing is downloaded. */
function readImport(name) {
  try {
    return { contents: readFileSync(require.resolve(name), 'utf8') };
  } catch {
    return { error: `${name} is not installed` };
  }
}

/** Describes the difference; null if there is none. */
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
