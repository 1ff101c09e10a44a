import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { declareSchemas } from './schemas.mjs';
import { readOperations } from './operations.mjs';

const HEADER = '// Generated from openapi.json by packages/client/generator. Changes are lost.\n';
const documentFile = new URL('../../../openapi.json', import.meta.url);
const folder = new URL('../src/generated/', import.meta.url);

/** The source files that are made from a document, by name. */
function generate(document) {
  const operations = readOperations(document);
  return {
    'schemas.ts': `${HEADER}\n${declareSchemas(document.components.schemas).join('\n')}`,
    'operations.ts': `${HEADER}\nimport type { OperationFacts } from '../operation-facts.ts';\nimport type * as Schema from './schemas.ts';\n\n${[
      `/** The types of each operation, by its operationId. */\nexport interface Operations {\n${operations.map(declareTypes).join('\n')}\n}`,
      `export const operations: Record<keyof Operations, OperationFacts> = {\n${operations.map(declareFacts).join('\n')}\n};`,
    ].join('\n\n')}\n`,
  };
}

function declareTypes({ name, comment, types }) {
  const members = Object.entries(types).map(([key, type]) => `  ${key}: ${inSchemas(type)};`);
  return `${comment}${name}: {\n${members.join('\n')}\n};`.replaceAll(/^/gm, '  ');
}

const declareFacts = ({ name, facts }) => `  ${name}: ${JSON.stringify(facts)},`;

/** Names of schemas begin with a capital letter, and are imported as members of `Schema`. */
function inSchemas(type) {
  return type.replaceAll(/\/\*\*[^]*?\*\/|'(?:[^'\\]|\\.)*'|\b[A-Z]\w*/g, (part) =>
    /^[A-Z]/.test(part) && !['Record', 'Blob', 'FormData'].includes(part) ? `Schema.${part}` : part,
  );
}

/** Writes the generated files. A file whose content is the same is not written, so that its time does not change. */
export function writeGenerated() {
  const files = generate(JSON.parse(readFileSync(documentFile, 'utf8')));
  mkdirSync(folder, { recursive: true });
  for (const [name, content] of Object.entries(files)) {
    const file = new URL(name, folder);
    if (!existsSync(file) || readFileSync(file, 'utf8') !== content) writeFileSync(file, content);
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) writeGenerated();
