import { csvLine } from './csv';

test('texts with commas, quotes and line breaks are quoted, and numbers and empty cells are not', () => {
  expect(csvLine(['Ada, "the first"', 'two\nlines', 'plain', 12.5, -3, true, null])).toBe(
    '"Ada, ""the first""","two\nlines",plain,12.5,-3,true,\r\n',
  );
});

test.each(['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1'])('the text %j cannot become a formula', (text) => {
  expect(csvLine([text]).replaceAll('"', '')).toBe(`'${text}\r\n`);
});
