import { install } from './install.mjs';
import { check, testOnly } from './check.mjs';

install();

/** With arguments (`npm test -- …`) only jest is run, with these arguments. */
const jestArgs = process.argv.slice(2);
await (jestArgs.length > 0 ? testOnly(jestArgs) : check());
