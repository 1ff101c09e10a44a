import * as nodeModule from 'node:module';
import { join } from 'node:path';

/** Node has it since 22.8. The types are those of Node 20, which this application supports too. */
const { enableCompileCache } = nodeModule as { enableCompileCache?: (folder: string) => unknown };

/**
 * Keeps compiled code, so that the next start need not compile it again. Import this file before all others. The cache is in `dist/`,
 * because other users of the machine can write to the folder for temporary files, and the process would run what they write there.
 * If `dist/` cannot be written, the code is compiled at each start, as without a cache. NODE_COMPILE_CACHE names another folder, and
 * NODE_DISABLE_COMPILE_CACHE=1 turns the cache off.
 */
enableCompileCache?.(join(__dirname, '../../../.compile-cache'));
