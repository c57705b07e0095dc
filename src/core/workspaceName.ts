const NAME = /^(?=.*[^\d])[\p{L}\p{N}][\p{L}\p{N}._-]{0,62}$/u;

/** Most of a set-up code, also when its digits are divided into groups. */
const LIKE_A_CODE = /^[0-9a-f]{20,}$/iu;
/** Letters and digits by turns, in one piece: what follows `/rest/1/` in the address of a webhook. */
const LIKE_A_WEBHOOK = /^(?=[a-z0-9]{14,}$)(?:[a-z]+\d+[a-z]|\d+[a-z]+\d)/iu;

/**
 * 1 to 63 letters, digits, `.`, `_` or `-`, not digits alone. Names stand in clear in lists, logs and metrics, so nothing that
 * could be a credential in the wrong place is taken for one.
 */
export const isWorkspaceName = (name: string): boolean =>
  NAME.test(name) && !LIKE_A_CODE.test(name.replaceAll(/[._-]/gu, "")) && !LIKE_A_WEBHOOK.test(name);

/** So much of a name is kept in front of its ending. */
const LONGEST_BASE = 56;

export interface NameSource {
  /** Answers whether a name is in use. */
  readonly isTaken: (name: string) => Promise<boolean>;
  /** A few random letters and digits, other ones each time. */
  readonly ending: () => string;
}

/**
 * The name of a workspace that somebody makes from a chat: what they want, else the first part of their portal's host, and
 * always a random ending. A name given as wanted while it is free, or with a number when it is not, would tell strangers
 * what other workspaces there are.
 */
export async function nameFromChat(
  { wanted, host }: { wanted: string | undefined; host: string },
  { isTaken, ending }: NameSource,
): Promise<string> {
  const label = host.split(/[.:]/u)[0] ?? "";
  const base = [wanted ?? "", label, `portal-${label}`].find(isWorkspaceName) ?? "portal";
  for (;;) {
    const name = `${base.slice(0, LONGEST_BASE)}-${ending()}`;
    if (!(await isTaken(name))) return name;
  }
}

/** Whether somebody who writes `wanted` can mean this workspace: its name in full, or without a random ending. */
export const isMeantBy = (name: string, wanted: string): boolean =>
  name === wanted || name.replace(/-[^-]*$/u, "") === wanted.slice(0, LONGEST_BASE);
