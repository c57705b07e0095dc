import type { Attach } from "./attach.ts";
import { checkAttach } from "./attachCheck.ts";
import type { InputProblem } from "./portalAddress.ts";

/** One checked piece of what a caller gave; `subject` names it as callers know it. */
export type Checked<T> =
  | { readonly kind: "ok"; readonly value: T }
  | { readonly kind: "wrong"; readonly subject: string; readonly problem: InputProblem };

const ok = <T>(value: T): Checked<T> => ({ kind: "ok", value });

const LONGEST_SHOWN = 60;

function shown(value: unknown): string {
  if (value === undefined || value === null || value === "") return "(missing)";
  const text = typeof value === "string" ? `"${value}"` : written(value);
  return text.length > LONGEST_SHOWN ? `${text.slice(0, LONGEST_SHOWN)}…` : text;
}

function written(value: unknown): string {
  try {
    return JSON.stringify(value) ?? String(value);
  } catch {
    // JSON knows neither big numbers nor loops.
    return String(value);
  }
}

const wrong = (subject: string, value: unknown, problem: Omit<InputProblem, "value">): Checked<never> => ({
  kind: "wrong",
  subject,
  problem: { value: shown(value), ...problem },
});

/** Only whole positive numbers: the portal's own casting makes 12 of "12abc", and 1 of any list. */
function checkId(subject: string, value: unknown, problem: Omit<InputProblem, "value">): Checked<number> {
  const id = typeof value === "string" && /^\s*\d+\s*$/u.test(value) ? Number(value) : value;
  return typeof id === "number" && Number.isSafeInteger(id) && id > 0 ? ok(id) : wrong(subject, value, problem);
}

export function checkUser(value: unknown): Checked<number> {
  return checkId("user", value, {
    rule: "The recipient is a Bitrix24 user id: a whole number above 0.",
    remedy: "Give the number from the person's profile address, such as 42 of /company/personal/user/42/.",
  });
}

export function checkNotificationId(value: unknown): Checked<number> {
  return checkId("notification", value, {
    rule: "A notification id is a whole number above 0.",
    remedy: "Give the number that the portal answered when the notification was sent.",
  });
}

const WELL_FORMED = {
  rule: "Text must be well-formed Unicode; the portal loses the whole call over half a character.",
  remedy: "Cut texts between characters, not inside of them.",
};

export function checkText(value: unknown): Checked<string> {
  if (typeof value !== "string" || value.trim() === "")
    return wrong("text", value, {
      rule: "A notification has a text that is more than blanks.",
      remedy: "Give the text as a string; pictures and files go along in the blocks.",
    });
  return value.isWellFormed() ? ok(value) : wrong("text", value, WELL_FORMED);
}

/** Bitrix24 keeps 255 characters, nine of which are its own prefix. */
const LONGEST_TAG = 246;

/** Nothing and an empty text mean: no tag. */
export function checkTag(value: unknown): Checked<string | undefined> {
  if (value === undefined || value === null || value === "") return ok(undefined);
  if (typeof value !== "string" || value.trim() === "" || value === "0")
    return wrong("tag", value, {
      rule: 'A tag is a text other than blanks and "0", which the portal ignores in silence.',
      remedy: "Give a text such as ci-main, or leave the tag out.",
    });
  if (!value.isWellFormed()) return wrong("tag", value, WELL_FORMED);
  const length = [...value].length;
  if (length <= LONGEST_TAG) return ok(value);
  return wrong("tag", value, {
    rule: `A tag has at most ${LONGEST_TAG} characters, this one has ${length}.`,
    remedy: "Shorten it, or use a hash of it.",
  });
}

/** Nothing and blanks mean: no token, the address is a webhook's. What was given is not shown. */
export function checkToken(value: unknown): Checked<string> {
  if (value === undefined || value === null) return ok("");
  if (typeof value === "string") return ok(value.trim());
  return wrong("token", `a ${typeof value}`, {
    rule: "A token is a text.",
    remedy: "Give the application's access token as a string, or leave it out beside a webhook's address.",
  });
}

/** What the portal would get of a value; absent when it cannot be sent at all. */
function asJson(value: unknown): unknown {
  try {
    return JSON.parse(JSON.stringify(value));
  } catch {
    return undefined;
  }
}

/**
 * The short form, a list of blocks; one block alone, which the seed put into a list; or the full form with `BLOCKS`. Nothing and an
 * empty list mean: no attachments.
 */
export function checkBlocks(value: unknown): Checked<Attach | undefined> {
  if (value === undefined || value === null || value === "") return ok(undefined);
  if (Array.isArray(value) && value.length === 0) return ok(undefined);
  const plain = asJson(value);
  if (plain === undefined)
    return wrong("blocks", value, {
      rule: "Blocks are made of what JSON can say: no loops, no big integers.",
      remedy: "Give plain texts, numbers, lists and objects.",
    });
  const checked = checkAttach(plain);
  if (checked.kind === "ok") return ok(checked.attach);
  const { path, ...problem } = checked.problem;
  return { kind: "wrong", subject: path, problem };
}
