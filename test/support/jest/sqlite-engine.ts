import Sqlite from 'better-sqlite3';

process.env.TEST_ENGINE = 'sqlite';

/** No test outlives a power cut: where there is no room in memory, a million waits for the disk are saved. */
const prototype = Sqlite.prototype as { pragma: ((source: string, options?: object) => unknown) & { fast?: true } };
const inProduction = prototype.pragma;
if (!inProduction.fast)
  prototype.pragma = Object.assign(
    function (this: unknown, source: string, options?: object) {
      return inProduction.call(this, source === 'synchronous = FULL' ? 'synchronous = OFF' : source, options);
    },
    { fast: true as const },
  );
