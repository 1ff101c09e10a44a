import { readFileSync } from 'node:fs';

/**
 * Two faults of package-lock.json that show on somebody else's machine only: an optional platform package that
 * the lock file names but does not hold (`npm ci` then stops with "Missing: … from lock file"), and a `resolved`
 * address, which ties every installation to the registry the last author used.
 */
function lockFaults({ packages }) {
  return Object.entries(packages).flatMap(([place, entry]) => {
    const holes = Object.keys(entry.optionalDependencies ?? {}).filter((name) => !isHeld(packages, place, name));
    const faults = holes.map((name) => `${place || 'the project'}: optional ${name} is not in the lock file`);
    return 'resolved' in entry && !entry.link ? [...faults, `${place}: has a "resolved" address`] : faults;
  });
}

/** Node's look-up: beside the package that asks, then in each folder above it. */
function isHeld(packages, place, name) {
  const candidate = place === '' ? `node_modules/${name}` : `${place}/node_modules/${name}`;
  if (candidate in packages) return true;
  return place !== '' && isHeld(packages, place.slice(0, Math.max(0, place.lastIndexOf('/node_modules/'))), name);
}

const file = process.argv[2] ?? new URL('../package-lock.json', import.meta.url);
const faults = lockFaults(JSON.parse(readFileSync(file, 'utf8')));
for (const fault of faults) console.error(`package-lock.json: ${fault}`);
process.exitCode = faults.length > 0 ? 1 : 0;
