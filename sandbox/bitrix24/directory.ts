import { RestError } from "./errors.ts";
import { passes } from "./filter.ts";
import type { Call, Method, Result } from "./methods.ts";
import { castText, elements, isMap, type PhpMap, type PhpValue, trim, upperCaseNames } from "./php.ts";
import { fullName, type PortalUser, typeOf } from "./users.ts";

const PAGE = 50;
const SCOPES = ["user", "user_basic", "user_brief"];
const SEARCH_FIELDS = ["NAME", "LAST_NAME", "WORK_POSITION"];

/** The staff directory: what it shows, and what can be filtered by, depends on which `user*` scope was granted. */
export const directoryMethods: readonly Method[] = [
  { name: "user.current", scopes: SCOPES, run: current },
  { name: "user.get", scopes: SCOPES, run: get },
  { name: "user.search", scopes: SCOPES, run: search },
];

function record(user: PortalUser, scopes: readonly string[]): PhpMap {
  const brief: PhpMap = {
    ID: String(user.id),
    ACTIVE: user.active,
    NAME: user.name,
    LAST_NAME: user.lastName,
    SECOND_NAME: "",
    WORK_POSITION: user.workPosition ?? "",
    PERSONAL_PHOTO: null,
    IS_ONLINE: "N",
    UF_DEPARTMENT: user.departments ?? [1],
    UF_PHONE_INNER: "",
    USER_TYPE: typeOf(user),
  };
  if (!scopes.includes("user_basic") && !scopes.includes("user")) return brief;
  return {
    ...brief,
    EMAIL: user.email ?? "",
    PERSONAL_MOBILE: user.mobile ?? "",
    PERSONAL_PHONE: "",
    WORK_PHONE: "",
  };
}

function people(call: Call): readonly PortalUser[] {
  return call.world.users.list().filter((user) => ["employee", "extranet"].includes(typeOf(user)));
}

function current(call: Call): Result {
  const user = call.world.users.get(call.caller.userId);
  if (user === undefined) throw new RestError("ERROR_CORE", "Internal error", 500);
  return { result: record(user, call.caller.scopes) };
}

function filterOf(parameters: PhpMap): PhpMap {
  const filter = parameters.FILTER;
  return upperCaseNames(isMap(filter) ? filter : parameters);
}

function get(call: Call): Result {
  const parameters = upperCaseNames(call.parameters);
  const filter = filterOf(parameters);
  const found = people(call).filter((user) =>
    passes({ ...record(user, call.caller.scopes), NAME_SEARCH: fullName(user) }, filter),
  );
  return page(call, found, parameters);
}

function search(call: Call): Result {
  const parameters = upperCaseNames(call.parameters);
  const { FIND: find, ...filter } = filterOf(parameters);
  const words = trim(castText(find)).toLowerCase().split(/\s+/u);
  const found = people(call).filter((user) => {
    const fields = record(user, call.caller.scopes);
    const haystack = SEARCH_FIELDS.map((name) => castText(fields[name])).join(" ");
    const isFound = words.every((word) => startsAWord(haystack, word));
    return isFound && Object.entries(filter).every(([key, wanted]) => searchPasses(fields, key, wanted));
  });
  return page(call, found, parameters);
}

function startsAWord(haystack: string, word: string): boolean {
  return haystack
    .toLowerCase()
    .split(/\s+/u)
    .some((candidate) => candidate.startsWith(word));
}

function searchPasses(fields: PhpMap, key: string, wanted: PhpValue): boolean {
  if (SEARCH_FIELDS.includes(key)) return startsAWord(castText(fields[key]), castText(wanted).toLowerCase());
  return passes(fields, { [key]: wanted });
}

function page(call: Call, found: readonly PortalUser[], parameters: PhpMap): Result {
  const start = Math.max(0, call.start);
  const records = found.map((user) => record(user, call.caller.scopes));
  const sorted = sort(records, castText(parameters.SORT).toUpperCase(), castText(parameters.ORDER).toUpperCase());
  const fields = elements(parameters.SELECT).map((name) => castText(name).toUpperCase());
  const result = sorted.slice(start, start + PAGE).map((row) => select(row, fields));
  if (call.start < 0 || found.length === 0) return { result };
  const next = start + PAGE < found.length ? { next: start + PAGE } : {};
  return { result, total: found.length, ...next };
}

function sort(records: readonly PhpMap[], field: string, order: string): readonly PhpMap[] {
  if (field === "" || field === "ID") return order === "DESC" ? records.toReversed() : records;
  const sorted = records.toSorted((one, other) => castText(one[field]).localeCompare(castText(other[field])));
  return order === "DESC" ? sorted.toReversed() : sorted;
}

function select(row: PhpMap, fields: readonly string[]): PhpMap {
  if (fields.length === 0) return row;
  const isWanted = (name: string) => fields.includes(name) || (fields.includes("UF_*") && name.startsWith("UF_"));
  return Object.fromEntries(Object.entries(row).filter(([name]) => name === "ID" || isWanted(name)));
}
