/**
 * Scopes that we make use of, each under the narrowest name that is enough, with all that contain it. `im` is the one nothing works
 * without. Below `user_basic` Bitrix24 shows no e-mail addresses, so nobody could be found or linked by theirs.
 */
const WANTED = [
  ["im", ["im"]],
  ["user_basic", ["user_basic", "user"]],
  ["disk", ["disk"]],
  ["imbot", ["imbot"]],
] as const;

type WantedScope = (typeof WANTED)[number][0];

/** For the form in which an application or a webhook is set up. */
export const WANTED_SCOPES: readonly WantedScope[] = WANTED.map(([scope]) => scope);

/** What was not granted of the scopes that we make use of. */
export const missingScopes = (granted: readonly string[]): readonly WantedScope[] =>
  WANTED.filter(([, containing]) => !containing.some((scope) => granted.includes(scope))).map(([scope]) => scope);
