import { ArgumentMetadata, Injectable, PipeTransform } from '@nestjs/common';
import type { FieldError } from '../errors/domain-error';
import { ValidationFailed } from './http.errors';

interface Issue {
  message: string;
  path?: readonly (PropertyKey | { key: PropertyKey })[] | undefined;
  /** zod's list of the unknown members of a strict object. */
  keys?: string[];
}

const parts: Record<string, string> = { body: '/body', query: '/query', param: '/path' };
/** More would only repeat the same mistake, and a hostile body must not make a large answer. */
const errorLimit = 50;

/**
 * Checks what `@Body({ schema })`, `@Query({ schema })` and `@Param(name, { schema })` declare (Standard Schema),
 * as Nest's StandardSchemaValidationPipe does, and says where: its exceptionFactory is not told which part failed.
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

/** Bodies are checked when they are parsed; a query and a path arrive decoded, as texts or lists of texts. */
function refuseNul(value: unknown, metadata: ArgumentMetadata): void {
  if (metadata.type !== 'query' && metadata.type !== 'param') return;
  const entries = typeof value === 'object' && value !== null ? Object.entries(value) : [['', value] as const];
  const bad = entries.filter(([key, text]) => `${key}${String(text)}`.includes('\0'));
  const at = (key: string): string => prefixOf(metadata) + (key ? `/${escape(key)}` : '');
  if (bad.length > 0)
    throw new ValidationFailed(bad.map(([key]) => ({ pointer: at(key), message: 'Must not contain U+0000' })));
}

function prefixOf({ type, data }: ArgumentMetadata): string {
  const part = parts[type] ?? '';
  return data ? `${part}/${escape(data)}` : part;
}

export function fieldErrors(issues: readonly Issue[], prefix: string): FieldError[] {
  return issues
    .flatMap((issue) => {
      const pointer = prefix + (issue.path ?? []).map((step) => `/${escape(keyOf(step))}`).join('');
      if (!issue.keys) return [{ pointer, message: issue.message }];
      return issue.keys.map((key) => ({ pointer: `${pointer}/${escape(key)}`, message: 'Unknown member' }));
    })
    .slice(0, errorLimit);
}

const keyOf = (step: PropertyKey | { key: PropertyKey }): PropertyKey => (typeof step === 'object' ? step.key : step);
/** RFC 6901: `~` and `/` inside a name. */
const escape = (key: PropertyKey): string => String(key).replaceAll('~', '~0').replaceAll('/', '~1');
