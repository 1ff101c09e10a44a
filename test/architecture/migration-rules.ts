/** What a migration must not do to a school that is open. Each rule reads the text of one migration and names its faults. */
export const rules: Record<string, (text: string) => string[]> = {
  'reversible, or says why not': (text) => {
    const down = /async down\([^)]*\)[^{]*\{([\s\S]*?)\n  \}/.exec(text)?.[1] ?? '';
    const explained = /\birreversible\s*=\s*['"`][^'"`]{15,}/.test(text);
    return /\bawait\b|\breturn\b|\bfor\b/.test(down) || explained ? [] : ['down() does nothing'];
  },
  // It drops the column with all that is in it, and makes a new one.
  'no changed column': (text) => found(text, /\.changeColumns?\(|\bALTER\s+COLUMN\s+\S+\s+(?:SET\s+DATA\s+)?TYPE\b/gi),
  'no index that stops writers': (text) => [
    ...found(text, /\.createInd(?:ex|ices)\(/g),
    ...ofTables(text, /CREATE\s+(?:UNIQUE\s+)?INDEX\s+(?!CONCURRENTLY)[^;`]*?\bON\s+"?(\w+)/gi),
  ],
  'no constraint that stops everybody': (text) => [
    ...found(text, /\.create(?:ForeignKeys?|CheckConstraints?|UniqueConstraints?|ExclusionConstraints?|PrimaryKey)\(/g),
    ...ofTables(text, /ALTER\s+TABLE\s+"?(\w+)"?\s+ADD\s+CONSTRAINT(?![^;`]*NOT VALID)/gi),
  ],
  'no rows rewritten at once': (text) =>
    ofTables(withoutBatches(text), /\bUPDATE\s+"?(\w+)"?\s+(?:AS\s+\w+\s+)?SET\b|\bDELETE\s+FROM\s+"?(\w+)/gi),
  'no transaction around words that take their own': (text) => {
    const words = found(text, /\b(?:addIndex|addConstraint|inBatches|widenToBigint|narrowToInt)\(/g);
    return /\btransaction\s*=\s*false\b/.test(text) ? [] : words;
  },
};

const found = (text: string, fault: RegExp): string[] => [...text.matchAll(fault)].map(([match]) => match);

/** A table that the same migration makes has no rows and no readers. */
function ofTables(text: string, fault: RegExp): string[] {
  const own = new Set(found(text, /(?<=\btable\(\s*')\w+/g));
  return [...text.matchAll(fault)].filter((match) => !own.has(match[1] ?? match[2] ?? '')).map(([match]) => match);
}

/** What is handed to inBatches() is a batch; what a trigger says is not run by the migration. */
const withoutBatches = (text: string): string =>
  text.replaceAll(/\binBatches\([\s\S]*?\);/g, '').replaceAll(/\bTRIGGER\b[^`]*/g, '');

export function faultsOf(text: string): string[] {
  const code = text.replaceAll(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '');
  return Object.entries(rules).flatMap(([rule, faults]) => faults(code).map((fault) => `${rule}: ${fault}`));
}
