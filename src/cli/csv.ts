export interface CsvRow {
  /** Of its first character in the file, from 1. */
  readonly line: number;
  readonly cells: readonly string[];
  /** A quotation mark is never closed: the rest of the file is taken for the last cell. */
  readonly unclosed?: true;
}

/** RFC 4180, and what spreadsheets make of it: `;` or a tab as separator, a byte order mark, any line ends. Empty lines are skipped. */
export function parseCsv(text: string): readonly CsvRow[] {
  const clean = text.replace(/^\uFEFF/u, "").replaceAll(/\r\n?/gu, "\n");
  const separator = separatorOf(clean);
  const rows: CsvRow[] = [];
  let line = 1;
  for (const record of records(clean)) {
    const cells = cellsOf(record, separator);
    const unclosed = record.split('"').length % 2 === 0;
    if (cells.some((cell) => cell !== "")) rows.push({ line, cells, ...(unclosed ? { unclosed } : {}) });
    line += record.split("\n").length;
  }
  return rows;
}

function separatorOf(text: string): string {
  const heading = text.split("\n", 1)[0] ?? "";
  const count = (separator: string): number => heading.split(separator).length;
  return [",", ";", "\t"].reduce((best, each) => (count(each) > count(best) ? each : best));
}

/** Cut at line ends that no quotation marks enclose. */
function records(text: string): readonly string[] {
  const found: string[] = [];
  let start = 0;
  let quoted = false;
  for (let at = 0; at < text.length; at += 1) {
    if (text[at] === '"') quoted = !quoted;
    if (text[at] !== "\n" || quoted) continue;
    found.push(text.slice(start, at));
    start = at + 1;
  }
  return [...found, text.slice(start)];
}

function cellsOf(record: string, separator: string): readonly string[] {
  const cells: string[] = [];
  let cell = "";
  let quoted = false;
  for (const character of record) {
    if (character === '"') quoted = !quoted;
    if (character === separator && !quoted) {
      cells.push(cell);
      cell = "";
    } else cell += character;
  }
  return [...cells, cell].map(unquoted);
}

function unquoted(cell: string): string {
  const text = cell.trim();
  const inner = /^"(?<inner>[\s\S]*)"$/u.exec(text)?.groups?.inner;
  const value = inner === undefined ? text : inner.replaceAll('""', '"').trim();
  return value.replace(/^'(?='*[=+\-@\t])/u, "");
}

/** A spreadsheet takes a cell for a formula when it begins so; names come from strangers. The apostrophe marks it as text. */
const FORMULA = /^'*[=+\-@\t]/u;

export function csvLine(cells: readonly string[]): string {
  return cells
    .map((cell) => (FORMULA.test(cell) ? `'${cell}` : cell))
    .map((cell) => (/[",;\n\t]/u.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell))
    .join(",");
}
