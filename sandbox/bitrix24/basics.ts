import { RestError } from "./errors.ts";
import type { Call, Method, Result } from "./methods.ts";
import { castText, upperCaseNames } from "./php.ts";

/** Methods every credential may call. */
export const basicMethods: readonly Method[] = [
  { name: "profile", scopes: [], run: profile },
  { name: "scope", scopes: [], run: ({ caller }) => ({ result: caller.scopes }) },
  { name: "methods", scopes: [], run: methods },
  { name: "method.get", scopes: [], run: methodGet },
  { name: "server.time", scopes: [], run: ({ world }) => ({ result: new Date(world.clock()).toISOString() }) },
  { name: "app.info", scopes: [], run: appInfo },
  { name: "event.bind", scopes: [], run: eventBind },
  { name: "feature.get", scopes: [], run: () => ({ result: { value: "Y" } }) },
];

function profile({ caller, world }: Call): Result {
  const user = world.users.get(caller.userId);
  if (user === undefined) throw new RestError("ERROR_CORE", "Internal error", 500);
  return {
    result: {
      ID: String(user.id),
      ADMIN: user.admin === true,
      NAME: user.name,
      LAST_NAME: user.lastName,
      PERSONAL_GENDER: "",
      TIME_ZONE: "",
    },
  };
}

function isGranted(method: Method, { caller }: Call): boolean {
  return method.scopes.length === 0 || method.scopes.some((scope) => caller.scopes.includes(scope));
}

function methods(call: Call): Result {
  const listed = [...call.world.methods.values()].filter((method) => !method.isPrivate && isGranted(method, call));
  return { result: listed.map(({ name }) => name) };
}

function methodGet(call: Call): Result {
  const name = castText(upperCaseNames(call.parameters).NAME).toLowerCase();
  const method = call.world.methods.get(name);
  return { result: { isExisting: method !== undefined, isAvailable: method !== undefined && isGranted(method, call) } };
}

function appInfo({ caller, world }: Call): Result {
  if (caller.kind !== "oauth") throw new RestError("ACCESS_DENIED", "Application context required", 403);
  return {
    result: {
      ID: 1,
      CODE: caller.clientId,
      VERSION: 1,
      STATUS: "L",
      INSTALLED: true,
      PAYMENT_EXPIRED: "N",
      DAYS: null,
      LANGUAGE_ID: "en",
      LICENSE: world.license,
    },
  };
}

function eventBind({ caller, parameters, world }: Call): Result {
  if (caller.kind !== "oauth") throw new RestError("ACCESS_DENIED", "Application context required", 403);
  const { EVENT, HANDLER } = upperCaseNames(parameters);
  world.applications.bindHandler(caller.clientId, castText(EVENT), castText(HANDLER));
  return { result: true };
}
