import { createHash } from "node:crypto";
import { readAttach } from "./attach.ts";
import { RestError } from "./errors.ts";
import type { Call, Method, Result } from "./methods.ts";
import { castInt, castText, elements, isTruthy, type PhpMap, type PhpValue, trim, upperCaseNames } from "./php.ts";
import { shownText, storedText } from "./text.ts";
import { canBeNotified, fullName, typeOf } from "./users.ts";

type NotificationType = "personal" | "system";

/** The column holds 255 characters, the portal's own 9-character prefix included. */
const MAX_LABEL_CHARACTERS = 255;

export const notifyMethods: readonly Method[] = [
  { name: "im.notify", scopes: ["im"], run: (call) => send(call, typeParameter(call)), sendsNotification: true },
  { name: "im.notify.personal.add", scopes: ["im"], run: (call) => send(call, "personal"), sendsNotification: true },
  { name: "im.notify.system.add", scopes: ["im"], run: (call) => send(call, "system"), sendsNotification: true },
  { name: "im.notify.delete", scopes: ["im"], run: remove },
];

function typeParameter(call: Call): NotificationType {
  return upperCaseNames(call.parameters).TYPE === "SYSTEM" ? "system" : "personal";
}

/** A refusal to create is no error: the portal answers `false` with HTTP 200. */
function send(call: Call, type: NotificationType): Result {
  const parameters = upperCaseNames(call.parameters);
  const recipientId = castInt(parameters.TO ?? parameters.USER_ID);
  if (recipientId <= 0) throw new RestError("USER_ID_EMPTY", "User ID can't be empty");
  const message = typeof parameters.MESSAGE === "string" ? trim(parameters.MESSAGE) : "";
  if (message === "") throw new RestError("MESSAGE_EMPTY", "Message can't be empty");
  const attach = readAttach(parameters.ATTACH);

  const recipient = call.world.users.get(recipientId);
  if (recipient === undefined || !canBeNotified(recipient)) return { result: false };
  const now = call.world.clock();
  if (recipient.notificationsOff === true) return { result: Math.floor(now / 1_000) };
  const labels = storedLabels(call, parameters);
  if (labels === "too long") return { result: false };

  const stored = storedText(titled(message, type, call), (userId) => visibleName(call, userId));
  const notification = call.world.feeds.add({
    recipientId,
    authorId: type === "personal" ? call.caller.userId : 0,
    type,
    text: shownText(stored),
    storedText: stored,
    messageOut: isTruthy(parameters.MESSAGE_OUT) ? castText(parameters.MESSAGE_OUT) : undefined,
    ...labels,
    attach,
    date: now,
  });
  call.world.announce(notification);
  return { result: notification.id };
}

/** An application's system notification carries its name on a line of its own. */
function titled(message: string, type: NotificationType, { caller }: Call): string {
  return type === "system" && caller.kind === "oauth" ? `${caller.appName}\n${message}` : message;
}

function visibleName({ caller, world }: Call, userId: number): string | undefined {
  const user = world.users.get(userId);
  const sender = world.users.get(caller.userId);
  if (user === undefined || sender === undefined) return undefined;
  return typeOf(sender) === "extranet" && user.id !== sender.id ? undefined : fullName(user);
}

type Labels = { readonly tag: string | undefined; readonly subTag: string | undefined };

function storedLabels(call: Call, parameters: PhpMap): Labels | "too long" {
  const prefix = labelPrefix(call, parameters, "sending");
  const [tag, subTag] = [parameters.TAG, parameters.SUB_TAG].map((value) => {
    const label = labelText(value);
    return prefix === undefined || label === undefined ? undefined : prefix + label;
  });
  const isTooLong = [tag, subTag].some((label) => label !== undefined && [...label].length > MAX_LABEL_CHARACTERS);
  return isTooLong ? "too long" : { tag, subTag };
}

function labelText(value: PhpValue | undefined): string | undefined {
  return isTruthy(value) && typeof value !== "object" ? castText(value) : undefined;
}

/** Undefined when the portal keeps no label for this caller. */
function labelPrefix(call: Call, parameters: PhpMap, purpose: "sending" | "deleting"): string | undefined {
  const { caller, world } = call;
  if (caller.kind === "oauth") return hashedPrefix(caller.clientId);
  const clientId = labelText(parameters.CLIENT_ID);
  if (purpose === "sending") {
    if (world.tags === "ignored") return undefined;
    if (world.tags === "needs-client-id" && clientId === undefined) return undefined;
  }
  return hashedPrefix(`custom${clientId ?? ""}`);
}

function hashedPrefix(text: string): string {
  return `MP|${createHash("md5").update(text).digest("hex").slice(0, 5)}|`;
}

/** By `ID` in the caller's own feed only; by tag in every recipient's. */
function remove(call: Call): Result {
  const parameters = upperCaseNames(call.parameters);
  const { caller, world } = call;
  const id = parameters.ID;
  if (id !== undefined && id !== null) {
    const ids = typeof id === "object" ? elements(id).map(castInt) : [castInt(id)];
    const deleted = ids.map((one) => world.feeds.deleteById(caller.userId, one));
    return { result: deleted.includes(true) };
  }
  if (caller.kind === "webhook" && labelText(parameters.CLIENT_ID) === undefined) {
    throw new RestError("ACCESS_DENIED", "Client ID not specified", 403);
  }
  const prefix = labelPrefix(call, parameters, "deleting") ?? "";
  const tag = labelText(parameters.TAG);
  if (tag !== undefined) {
    world.feeds.deleteTagged(prefix + tag);
    return { result: true };
  }
  const subTag = labelText(parameters.SUB_TAG);
  if (subTag === undefined) throw new RestError("PARAMS_ERROR", "Incorrect params");
  return { result: world.feeds.deleteSubTagged(prefix + subTag) > 0 };
}
