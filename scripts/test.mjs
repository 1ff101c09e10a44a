import { install } from './install.mjs';
import { check, testOnly } from './check.mjs';

install();

/** `npm test -- …` hands what follows to jest and runs nothing else. */
const jestArgs = process.argv.slice(2);
await (jestArgs.length > 0 ? testOnly(jestArgs) : check());
