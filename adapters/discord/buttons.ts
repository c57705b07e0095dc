import type { Button } from "../../src/app/store/queues.ts";

/** Discord: types of components, and of a button that is neither a link nor stands out. */
const ROW = 1;
const BUTTON = 2;
const SECONDARY = 2;

export const rowsOf = (buttons: readonly Button[] = []) =>
  buttons.length === 0
    ? []
    : [
        {
          type: ROW,
          components: buttons.map(({ label, data }) => ({ type: BUTTON, style: SECONDARY, label, custom_id: data })),
        },
      ];
