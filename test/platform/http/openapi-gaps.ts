import type { Contract } from '../../support/contract';

interface Media {
  schema?: { $ref?: string };
}
interface Operation {
  summary?: string;
  requestBody?: { content: Record<string, Media> };
  responses: Record<string, { content?: Record<string, Media> }>;
}

/** Lists missing summaries, schema names, and examples of JSON bodies and responses. */
export function findGaps(document: Contract): string[] {
  const schemas = (document.components as { schemas: Record<string, { examples?: unknown[] }> }).schemas;
  return Object.entries(document.paths).flatMap(([path, item]) =>
    Object.entries(item as Record<string, Operation>).flatMap(([method, operation]) => {
      // The form of an upload, and the bytes of one, are no JSON: they are the same on every route that takes a file.
      const {
        'multipart/form-data': _form,
        'application/offset+octet-stream': _bytes,
        ...content
      } = operation.requestBody?.content ?? {};
      const bodies = Object.values(content);
      const responses = Object.values(operation.responses).flatMap((response) => jsonOf(response.content ?? {}));
      const found = [...bodies, ...responses].flatMap((media) => gapOf(media, schemas));
      if (!operation.summary) found.push('no summary');
      return found.map((gap) => `${method.toUpperCase()} ${path}: ${gap}`);
    }),
  );
}

const jsonOf = (content: Record<string, Media>): Media[] =>
  content['application/json'] ? [content['application/json']] : [];

function gapOf({ schema }: Media, schemas: Record<string, { examples?: unknown[] }>): string[] {
  const name = schema?.$ref?.split('/').at(-1);
  if (!name) return ['a schema without a name'];
  return schemas[name]?.examples?.length ? [] : [`${name} has no example`];
}
