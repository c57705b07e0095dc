import type { Words } from "../app/ports.ts";
import type { Repositories } from "../app/store/store.ts";
import type { Workspace } from "../app/store/workspaces.ts";
import type { Environment } from "../config.ts";
import { LANGUAGES, type Language, languageOf } from "../core/language.ts";
import { wordsIn } from "../messages/catalogue.ts";
import { wrongInput } from "./fault.ts";

/** Locales that name no language: what containers and services run with. */
const NEUTRAL = /^(?:C|POSIX)(?:\.|$)/u;

/** POSIX: of the three variables the first that is set counts. */
function localeLanguage(env: Environment): Language | undefined {
  const locale = [env.LC_ALL, env.LC_MESSAGES, env.LANG].find((value) => value !== undefined && value.trim() !== "");
  if (locale === undefined || NEUTRAL.test(locale)) return undefined;
  return languageOf(locale.split(/[_.@]/u)[0], "en");
}

/** What the operator reads: as the locale says, else as all workspaces have it in common, else English. */
export function operatorLanguage(env: Environment, workspaces: readonly Pick<Workspace, "settings">[]): Language {
  const isRussian = workspaces.length > 0 && workspaces.every(({ settings }) => settings.language === "ru");
  return localeLanguage(env) ?? (isRussian ? "ru" : "en");
}

/** For commands that tell of deliveries in whole sentences. */
export async function wordsBeside(env: Environment, { workspaces }: Pick<Repositories, "workspaces">): Promise<Words> {
  return wordsIn(operatorLanguage(env, await workspaces.list()));
}

/** For commands that look at no workspace before they speak. */
export const operatorWords = (env: Environment): Words => wordsIn(operatorLanguage(env, []));

/** @throws {CliError} 2 when it is none of ours. */
export function givenLanguage(language: string | undefined): Language | undefined {
  const found = LANGUAGES.find((each) => each === language);
  if (language === undefined || found !== undefined) return found;
  throw wrongInput(`--language ${language}: must be one of ${LANGUAGES.join(", ")}`);
}
