const vm = require('node:vm');
const { LegacyFakeTimers, ModernFakeTimers } = require('@jest/fake-timers');
const { ModuleMocker } = require('jest-mock');

/** Represents the worker's own context, which jest does not know. Code for it is compiled in the worker's context. */
const workerContext = vm.createContext();
const { compileFunction } = vm;
vm.compileFunction = (code, parameters, { parsingContext, ...options }) =>
  compileFunction(code, parameters, parsingContext === workerContext ? options : { parsingContext, ...options });

/**
 * Runs a test file in the context of its worker, so that it shares the packages that the worker has loaded (see
 * `runtime.cjs`): an `Error` of a package is an `Error` of the test. After the file, the globals and the environment
 * variables are what they were, and no package remembers a class of it.
 */
class WorkerEnvironment {
  constructor({ projectConfig: config }) {
    const global = globalThis;
    this.global = global;
    this.variables = { ...process.env };
    this.globals = Object.getOwnPropertyDescriptors(global);
    this.moduleMocker = new ModuleMocker(global);
    const timerConfig = { idToRef: (id) => ({ id }), refToId: (timer) => timer.id };
    this.fakeTimers = new LegacyFakeTimers({ config, global, moduleMocker: this.moduleMocker, timerConfig });
    this.fakeTimersModern = new ModernFakeTimers({ config, global });
    // The ten lines that Node keeps by default end inside a package.
    Error.stackTraceLimit = 100;
  }

  async setup() {}

  async teardown() {
    this.fakeTimers.dispose();
    this.fakeTimersModern.dispose();
    restoreVariables(this.variables);
    restoreGlobals(this.globals);
    forgetClasses();
  }

  exportConditions() {
    return ['node', 'node-addons', 'require'];
  }

  getVmContext() {
    return workerContext;
  }
}

function restoreVariables(variables) {
  for (const name of Object.keys(process.env)) delete process.env[name];
  Object.assign(process.env, variables);
}

function restoreGlobals(before) {
  for (const name of Reflect.ownKeys(globalThis)) if (!(name in before)) delete globalThis[name];
  Object.defineProperties(globalThis, before);
}

/** Removes the entities and schemas that a test file has registered, because the next file registers its own classes. */
function forgetClasses() {
  const { getMetadataArgsStorage } = require('typeorm');
  for (const list of Object.values(getMetadataArgsStorage())) if (Array.isArray(list)) list.length = 0;
  require('zod').z.globalRegistry.clear();
}

module.exports = WorkerEnvironment;
