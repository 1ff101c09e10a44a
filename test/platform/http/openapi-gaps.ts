import type { Contract } from '../../support/contract';

interface Media {
  schema?: { $ref?: string };
}
interface Operation {
  summary?: string;
  requestBody?: { content: Record<string, Media> };
  responses: Record<string, { content?: Record<string, Media> }>;
}

/** What a reader would miss in a document: a summary, the name of a schema, an example of a JSON body or answer. */
export function gaps(document: Contract): string[] {
  const schemas = (document.components as { schemas: Record<string, { examples?: unknown[] }> }).schemas;
  return Object.entries(document.paths).flatMap(([path, item]) =>
    Object.entries(item as Record<string, Operation>).flatMap(([method, operation]) => {
      const bodies = Object.values(operation.requestBody?.content ?? {});
      const answers = Object.values(operation.responses).flatMap((response) => jsonOf(response.content ?? {}));
      const found = [...bodies, ...answers].flatMap((media) => gapOf(media, schemas));
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
