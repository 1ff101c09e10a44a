import { ArgumentMetadata, Injectable, PipeTransform } from '@nestjs/common';
import type { FieldError } from '../errors/domain-error';
import { ValidationFailed } from './problems/http.errors';

interface Issue {
  message: string;
  path?: readonly (PropertyKey | { key: PropertyKey })[] | undefined;
  /** The unknown members of a strict object, as zod lists them. */
  keys?: string[];
}

const pointerRoots: Record<string, string> = { body: '/body', query: '/query', param: '/path' };
/** More errors would only repeat the same mistake, and a hostile body must not cause a large response. */
const maxErrors = 50;

/**
 * Validates against the schemas of `@Body({ schema })`, `@Query({ schema })` and `@Param(name, { schema })` (Standard Schema).
 * Nest's StandardSchemaValidationPipe is not used, because its exceptionFactory does not learn which part failed.
 */
@Injectable()
export class SchemaPipe implements PipeTransform {
  async transform(value: unknown, metadata: ArgumentMetadata): Promise<unknown> {
    if (!metadata.schema) return value;
    refuseNul(value, metadata);
    const result = await metadata.schema['~standard'].validate(value);
    if (!result.issues) return result.value;
    throw new ValidationFailed(fieldErrors(result.issues, prefixOf(metadata)));
  }
}

/** Checks queries and paths, which arrive decoded as texts or lists of texts. Bodies are checked when they are parsed. */
function refuseNul(value: unknown, metadata: ArgumentMetadata): void {
  if (metadata.type !== 'query' && metadata.type !== 'param') return;
  const entries = typeof value === 'object' && value !== null ? Object.entries(value) : [['', value] as const];
  const invalid = entries.filter(([key, text]) => `${key}${String(text)}`.includes('\0'));
  const at = (key: string): string => prefixOf(metadata) + (key ? `/${escapePointer(key)}` : '');
  if (invalid.length > 0)
    throw new ValidationFailed(invalid.map(([key]) => ({ pointer: at(key), message: 'Must not contain U+0000' })));
}

function prefixOf({ type, data }: ArgumentMetadata): string {
  const part = pointerRoots[type] ?? '';
  return data ? `${part}/${escapePointer(data)}` : part;
}

export function fieldErrors(issues: readonly Issue[], prefix: string): FieldError[] {
  return issues
    .flatMap((issue) => {
      const pointer = prefix + (issue.path ?? []).map((step) => `/${escapePointer(keyOf(step))}`).join('');
      if (!issue.keys) return [{ pointer, message: issue.message }];
      return issue.keys.map((key) => ({ pointer: `${pointer}/${escapePointer(key)}`, message: 'Unknown member' }));
    })
    .slice(0, maxErrors);
}

const keyOf = (step: PropertyKey | { key: PropertyKey }): PropertyKey => (typeof step === 'object' ? step.key : step);
/** Escapes `~` and `/` in a name (RFC 6901). */
const escapePointer = (key: PropertyKey): string => String(key).replaceAll('~', '~0').replaceAll('/', '~1');
