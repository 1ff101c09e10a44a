export const csvType = 'text/csv; charset=utf-8';

export type CsvCell = string | number | boolean | null;

/** Spreadsheets take a text that begins so for a formula, which could send the table to somebody (CSV injection). */
const formulaStart = /^[=+\-@\t\r]/;
const needsQuotes = /[",\r\n]/;

/** A row of a CSV file (RFC 4180). A text that a spreadsheet would take for a formula gets a leading apostrophe. */
export const csvLine = (cells: readonly CsvCell[]): string => `${cells.map(toCsv).join(',')}\r\n`;

function toCsv(cell: CsvCell): string {
  if (typeof cell !== 'string') return cell === null ? '' : String(cell);
  const text = formulaStart.test(cell) ? `'${cell}` : cell;
  return needsQuotes.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
