import Sqlite from 'better-sqlite3';

process.env.TEST_ENGINE = 'sqlite';

/** Tests need no durability. Without syncs to the disk they are faster if the database files are not in memory. */
const prototype = Sqlite.prototype as { pragma: ((source: string, options?: object) => unknown) & { fast?: true } };
const originalPragma = prototype.pragma;
if (!originalPragma.fast)
  prototype.pragma = Object.assign(
    function (this: unknown, source: string, options?: object) {
      return originalPragma.call(this, source === 'synchronous = FULL' ? 'synchronous = OFF' : source, options);
    },
    { fast: true as const },
  );
