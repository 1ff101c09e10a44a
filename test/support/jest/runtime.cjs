const { createRequire } = require('node:module');
const { default: Runtime } = require('jest-runtime');

/** The project's own names lead to its sources, and jest has packages of its own. */
const isPackage = (name) =>
  /^(@[^/]+\/)?[a-z0-9]/i.test(name) && !/^(@jest|teoart-backend)\//.test(name) && name !== 'teoart-client';

/**
 * Node itself loads the packages, as in production, and once for all files of a worker. When jest loaded them again for each
 * file, this was half of the time of an average file. A package that a file mocks is loaded by jest.
 */
class SharedPackages extends Runtime {
  requireModuleOrMock(from, name) {
    if (!isPackage(name) || this.mockState.shouldMockCjs(from, name).shouldMock)
      return super.requireModuleOrMock(from, name);
    return createRequire(from)(name);
  }
}

Object.defineProperty(exports, '__esModule', { value: true });
exports.default = SharedPackages;
