/**
 * The rules for migrations, which must not block a school that is in use. Each rule reads the text of one migration and returns the
 * pieces of text that break the rule.
 */
export const rules: Record<string, (text: string) => string[]> = {
  'reversible or explained': (text) => {
    const down = /async down\([^)]*\)[^{]*\{([\s\S]*?)\n  \}/.exec(text)?.[1] ?? '';
    const explained = /\birreversible\s*=\s*['"`][^'"`]{15,}/.test(text);
    return /\bawait\b|\breturn\b|\bfor\b/.test(down) || explained ? [] : ['down() does nothing'];
  },
  // TypeORM's changeColumn drops the column with its data and creates a new one.
  'no changed column': (text) =>
    findAll(text, /\.changeColumns?\(|\bALTER\s+COLUMN\s+\S+\s+(?:SET\s+DATA\s+)?TYPE\b/gi),
  'no index that blocks writes': (text) => [
    ...findAll(text, /\.createInd(?:ex|ices)\(/g),
    ...findOnExistingTables(text, /CREATE\s+(?:UNIQUE\s+)?INDEX\s+(?!CONCURRENTLY)[^;`]*?\bON\s+"?(\w+)/gi),
  ],
  'no constraint that blocks reads and writes': (text) => [
    ...findAll(
      text,
      /\.create(?:ForeignKeys?|CheckConstraints?|UniqueConstraints?|ExclusionConstraints?|PrimaryKey)\(/g,
    ),
    ...findOnExistingTables(text, /ALTER\s+TABLE\s+"?(\w+)"?\s+ADD\s+CONSTRAINT(?![^;`]*NOT VALID)/gi),
  ],
  'no update of a whole table at once': (text) =>
    findOnExistingTables(
      withoutBatches(text),
      /\bUPDATE\s+"?(\w+)"?\s+(?:AS\s+\w+\s+)?SET\b|\bDELETE\s+FROM\s+"?(\w+)/gi,
    ),
  'no transaction around helpers with their own transactions': (text) => {
    const helperCalls = findAll(text, /\b(?:addIndex|addConstraint|changeInBatches|widenToBigint|narrowToInt)\(/g);
    return /\btransaction\s*=\s*false\b/.test(text) ? [] : helperCalls;
  },
};

const findAll = (text: string, pattern: RegExp): string[] => [...text.matchAll(pattern)].map(([match]) => match);

/** Leaves out matches on tables that the same migration creates, because these tables have no rows and no readers. */
function findOnExistingTables(text: string, pattern: RegExp): string[] {
  const createdTables = new Set(findAll(text, /(?<=\btable\(\s*')\w+/g));
  return [...text.matchAll(pattern)]
    .filter((match) => !createdTables.has(match[1] ?? match[2] ?? ''))
    .map(([match]) => match);
}

/** Removes statements that are passed to changeInBatches(), and the bodies of triggers, which the migration does not run. */
const withoutBatches = (text: string): string =>
  text.replaceAll(/\bchangeInBatches\([\s\S]*?\);/g, '').replaceAll(/\bTRIGGER\b[^`]*/g, '');

export function violationsOf(text: string): string[] {
  const code = text.replaceAll(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '');
  return Object.entries(rules).flatMap(([rule, findViolations]) =>
    findViolations(code).map((match) => `${rule}: ${match}`),
  );
}
