import type { AlertField, Facts } from "./alert.ts";
import { type AttachBlock, attachName } from "./attach.ts";
import { keepBackslashes, neutralise, neutraliseName } from "./neutralise.ts";

/** The colours that every Bitrix24 client has; it takes any other for `base` (`ATTACH`, `COLOR_TOKEN`). */
export type ColorToken = "primary" | "secondary" | "alert" | "base";

/** Fields beyond these are only counted: with the longest values they leave half of an `ATTACH` to files. */
const MOST_FIELDS = 25;
const NAME_LIMIT = 100;
const VALUE_LIMIT = 500;

/** Red is for trouble that waits for somebody: what is over, or in somebody's hands, has the quiet colour, however grave it was. */
export function colorOf({ severity, status }: Pick<Facts, "severity" | "status">): ColorToken {
  if (status !== "open") return "base";
  if (severity === "warning") return "primary";
  return severity === "info" ? "secondary" : "alert";
}

interface Labels {
  /** In place of fields for which there is no room. */
  readonly more: (count: number) => string;
  readonly acknowledge?: { readonly label: string; readonly address: string };
}

/** Fields as a table, and the link by which somebody takes the incident. Names and values are neutralised. */
export function factBlocks({ fields }: Pick<Facts, "fields">, { more, acknowledge }: Labels): readonly AttachBlock[] {
  const said = sayingSomething(fields);
  const shown = said.slice(0, MOST_FIELDS);
  const rest = said.length - shown.length;
  const cells = shown.map(cellOf);
  if (rest > 0) cells.push({ DISPLAY: displayOf(shown.at(-1)), NAME: "…", VALUE: more(rest) });
  return [...gridsOf(cells), ...(acknowledge ? [linkBlock(acknowledge)] : [])];
}

/** The same in lines, for e-mail and other channels that have no `ATTACH`. */
export const factLines = ({ fields }: Pick<Facts, "fields">): readonly string[] =>
  sayingSomething(fields)
    .slice(0, MOST_FIELDS)
    .map(({ name, value }) => {
      const said = [neutraliseName(name, NAME_LIMIT), shortened(value)];
      return said.filter((part) => part !== "").join(": ");
    });

const sayingSomething = (fields: readonly AlertField[]): readonly AlertField[] =>
  fields.filter(({ name, value }) => name.trim() !== "" || value.trim() !== "");

interface Cell {
  readonly DISPLAY: "LINE" | "ROW";
  readonly NAME: string;
  readonly VALUE: string;
}

const cellOf = (field: AlertField): Cell => ({
  DISPLAY: displayOf(field),
  NAME: attachName(field.name, NAME_LIMIT),
  VALUE: keepBackslashes(shortened(field.value)) || "—",
});

const displayOf = (field: AlertField | undefined): Cell["DISPLAY"] => (field?.inline ? "ROW" : "LINE");

/** One, unless a source mixes what it shows in columns with what it does not: a grid has cells of one kind (Bitrix24, `GRID`). */
function gridsOf(cells: readonly Cell[]): readonly AttachBlock[] {
  const grids: Cell[][] = [];
  for (const cell of cells) {
    const last = grids.at(-1);
    if (last?.[0]?.DISPLAY === cell.DISPLAY) last.push(cell);
    else grids.push([cell]);
  }
  return grids.map((grid) => ({ GRID: grid }));
}

const linkBlock = ({ label, address }: { label: string; address: string }): AttachBlock => ({
  LINK: [{ NAME: label, LINK: address }],
});

function shortened(value: string): string {
  const all = Array.from(neutralise(value).trim());
  return all.length <= VALUE_LIMIT ? all.join("") : `${all.slice(0, VALUE_LIMIT - 1).join("")}…`;
}
