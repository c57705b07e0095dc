import type { Button } from "../../src/app/store/queues.ts";

/** Discord: types of components, and of a button that is neither a link nor stands out. */
const ROW = 1;
const BUTTON = 2;
const SECONDARY = 2;

/** Discord: a row takes five buttons, a message five rows, and a label 80 characters. */
const MOST_IN_ROW = 5;
const MOST_ROWS = 5;
const LONGEST_LABEL = 80;

export const rowsOf = (buttons: readonly Button[] = []) =>
  Array.from({ length: Math.min(MOST_ROWS, Math.ceil(buttons.length / MOST_IN_ROW)) }, (_, row) => ({
    type: ROW,
    components: buttons.slice(row * MOST_IN_ROW, (row + 1) * MOST_IN_ROW).map(({ label, data }) => ({
      type: BUTTON,
      style: SECONDARY,
      label: Array.from(label).slice(0, LONGEST_LABEL).join(""),
      custom_id: data,
    })),
  }));
