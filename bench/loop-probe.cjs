const { monitorEventLoopDelay } = require('node:perf_hooks');

/** Preloaded into a server that is measured: tells its parent how late the event loop came round, at most, since it was last asked. */
const delay = monitorEventLoopDelay({ resolution: 5 });
delay.enable();
process.on('message', () => {
  process.send({ maxMs: delay.max / 1e6, p99Ms: delay.percentile(99) / 1e6 });
  delay.reset();
});
// The channel must not keep the process alive.
process.channel?.unref();
