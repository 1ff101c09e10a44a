const { monitorEventLoopDelay } = require('node:perf_hooks');

/** Preloaded into a measured server. For each message, the server sends the event loop delay since the last message to its parent. */
const delay = monitorEventLoopDelay({ resolution: 5 });
delay.enable();
process.on('message', () => {
  process.send({ maxMs: delay.max / 1e6, p99Ms: delay.percentile(99) / 1e6 });
  delay.reset();
});
// The channel must not keep the process alive.
process.channel?.unref();
