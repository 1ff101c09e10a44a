import { readFileSync } from 'node:fs';

/**
 * Finds two faults of package-lock.json that appear only on other machines: an optional platform package that the lock file
 * names but does not contain (`npm ci` then stops with "Missing: … from lock file"), and a `resolved` address, which ties every
 * installation to the registry of the last author.
 */
function lockFaults({ packages }) {
  return Object.entries(packages).flatMap(([place, entry]) => {
    const missing = Object.keys(entry.optionalDependencies ?? {}).filter((name) => !isLocked(packages, place, name));
    const faults = missing.map((name) => `${place || 'the project'}: optional ${name} is not in the lock file`);
    return 'resolved' in entry && !entry.link ? [...faults, `${place}: has a "resolved" address`] : faults;
  });
}

/** Follows Node's lookup: the node_modules folder of the package, then of each folder above it. */
function isLocked(packages, place, name) {
  const candidate = place === '' ? `node_modules/${name}` : `${place}/node_modules/${name}`;
  if (candidate in packages) return true;
  return place !== '' && isLocked(packages, place.slice(0, Math.max(0, place.lastIndexOf('/node_modules/'))), name);
}

const file = process.argv[2] ?? new URL('../package-lock.json', import.meta.url);
const faults = lockFaults(JSON.parse(readFileSync(file, 'utf8')));
for (const fault of faults) console.error(`package-lock.json: ${fault}`);
process.exitCode = faults.length > 0 ? 1 : 0;
