import { RestError } from "./errors.ts";
import { chatProfile } from "./im-users.ts";
import type { Call, Method, Result } from "./methods.ts";
import { asPhpArray, castInt, elements, upperCaseNames } from "./php.ts";

export const departmentMethods: readonly Method[] = [
  { name: "im.department.managers.get", scopes: ["im"], run: managers },
];

function managers(call: Call): Result {
  const parameters = upperCaseNames(call.parameters);
  const ids = elements(parameters.ID).map(castInt);
  if (ids.length === 0) throw new RestError("ID_EMPTY", "Department ID can't be empty");
  const found = call.world.departments.filter(({ id }) => ids.includes(id));
  const named = parameters.USER_DATA === "Y";
  const shown = found.map(({ id, heads }) => {
    const users = heads.flatMap((head) => call.world.users.get(head) ?? []);
    return [String(id), named ? users.map(chatProfile) : users.map((user) => user.id)] as const;
  });
  return { result: asPhpArray(Object.fromEntries(shown)) };
}
