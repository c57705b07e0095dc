import { RestError } from "./errors.ts";
import type { Call, Method, Result } from "./methods.ts";
import { asPhpArray, castInt, castText, elements, isTruthy, type PhpMap, trim, upperCaseNames } from "./php.ts";
import { fullName, type PortalUser, typeOf } from "./users.ts";

const MIN_FIND_CHARACTERS = 2;
const DEFAULT_PAGE = 10;
const MAX_PAGE = 50;

/** People as the messenger knows them: scope `im` alone is enough. */
export const imUserMethods: readonly Method[] = [
  { name: "im.user.get", scopes: ["im"], run: get },
  { name: "im.user.list.get", scopes: ["im"], run: list },
  { name: "im.search.user.list", scopes: ["im"], run: search },
];

export function chatProfile(user: PortalUser): PhpMap {
  const type = typeOf(user);
  return {
    id: user.id,
    active: user.active,
    name: fullName(user),
    first_name: user.name,
    last_name: user.lastName,
    work_position: user.workPosition ?? "",
    extranet: type === "extranet",
    bot: type === "bot",
    status: "online",
    phones: user.mobile === undefined ? false : { personal_mobile: user.mobile },
    email: user.email ?? "",
    type: type === "extranet" || type === "bot" ? type : "user",
  };
}

function get(call: Call): Result {
  const parameters = upperCaseNames(call.parameters);
  const isOther = parameters.ID !== undefined;
  const id = isOther ? castInt(parameters.ID) : call.caller.userId;
  if (id <= 0) throw new RestError("ID_EMPTY", "User ID can't be empty");
  const user = call.world.users.get(id);
  if (user === undefined) throw new RestError("USER_NOT_EXISTS", "User is not exists");
  const caller = call.world.users.get(call.caller.userId);
  if (caller !== undefined && typeOf(caller) === "extranet" && id !== caller.id) {
    throw new RestError("ACCESS_DENIED", "You don't have access to this user", 403);
  }
  return { result: chatProfile(user) };
}

function list(call: Call): Result {
  const parameters = upperCaseNames(call.parameters);
  const ids = elements(parameters.ID).map(castInt);
  if (ids.length === 0) throw new RestError("INVALID_FORMAT", "A wrong format for the ID field is passed");
  const users = ids.map((id) => call.world.users.get(id));
  if (parameters.RESULT_TYPE === "array") {
    return { result: users.flatMap((user) => (user === undefined ? [] : [chatProfile(user)])) };
  }
  const byId = ids.map((id, index) => {
    const user = users[index];
    return [String(id), user === undefined ? null : chatProfile(user)] as const;
  });
  return { result: asPhpArray(Object.fromEntries(byId)) };
}

function search(call: Call): Result {
  const parameters = upperCaseNames(call.parameters);
  const find = trim(castText(parameters.FIND)).toLowerCase();
  if ([...find].length < MIN_FIND_CHARACTERS) throw new RestError("FIND_SHORT", "Too short a search phrase.");
  const limit = isTruthy(parameters.LIMIT) ? Math.min(castInt(parameters.LIMIT), MAX_PAGE) : DEFAULT_PAGE;
  const offset = Math.max(0, castInt(parameters.OFFSET));
  const found = call.world.users
    .list()
    .filter((user) => user.active && ["employee", "extranet", "bot"].includes(typeOf(user)))
    .filter((user) => `${fullName(user)} ${user.workPosition ?? ""}`.toLowerCase().includes(find));
  const page = found.slice(offset, offset + limit);
  const next = offset + limit < found.length ? { next: offset + limit } : {};
  const byId = Object.fromEntries(page.map((user) => [String(user.id), chatProfile(user)]));
  return { result: asPhpArray(byId), total: found.length, ...next };
}
