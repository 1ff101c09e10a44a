import type { ModuleRef } from '@nestjs/core';

/**
 * Finds the class that a higher module provides. Call it when the class is needed, because Nest creates that module later. Undefined
 * without such a module.
 */
export function findProvider<T>(modules: ModuleRef, provider: abstract new () => T): T | undefined {
  try {
    return modules.get(provider, { strict: false });
  } catch {
    return undefined;
  }
}
