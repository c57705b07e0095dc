import { attachParameter } from "./attach.ts";
import { RestError } from "./errors.ts";
import type { Notification } from "./feeds.ts";
import { chatProfile } from "./im-users.ts";
import type { Call, Method, Result } from "./methods.ts";
import { castInt, castText, elements, isTruthy, type PhpMap, type PhpValue, trim, upperCaseNames } from "./php.ts";

const MAX_PAGE = 50;
const MIN_SEARCH_CHARACTERS = 3;
const FIRST_CHAT_ID = 10_000;
const TYPE_CODES = { personal: 2, system: 4 } as const;

/** Reading back: always the caller's own feed, newest first. */
export const ownFeedMethods: readonly Method[] = [
  { name: "im.notify.get", scopes: ["im"], run: get, isPrivate: true },
  { name: "im.notify.history.search", scopes: ["im"], run: searchHistory, isPrivate: true },
];

function get(call: Call): Result {
  const parameters = upperCaseNames(call.parameters);
  const [lastId, lastType] = [parameters.LAST_ID, parameters.LAST_TYPE];
  if ((lastId === undefined) !== (lastType === undefined)) {
    throw new RestError("LAST_ID_AND_LAST_TYPE", "LAST_ID and LAST_TYPE are required together");
  }
  const feed = call.world.feeds.of(call.caller.userId);
  if (feed.length === 0) return { result: { notifications: [], users: [] } };
  return {
    result: {
      total_count: feed.length,
      total_unread_count: feed.length,
      chat_id: chatId(call),
      ...page(call, castInt(lastType) === 1 ? [] : feed, parameters),
    },
  };
}

function searchHistory(call: Call): Result {
  const parameters = upperCaseNames(call.parameters);
  const text = trim(castText(parameters.SEARCH_TEXT));
  const types = elements(parameters.SEARCH_TYPES ?? singleton(parameters.SEARCH_TYPE));
  const authors = elements(parameters.SEARCH_AUTHORS).map(castInt);
  if ([...text].length < MIN_SEARCH_CHARACTERS && types.length === 0 && authors.length === 0) {
    throw new RestError("SEARCH_TEXT_ERROR", "SEARCH_TEXT can't be less then 3 symbols");
  }
  const found = call.world.feeds
    .of(call.caller.userId)
    .filter(({ storedText }) => storedText.toLowerCase().includes(text.toLowerCase()))
    .filter(() => types.length === 0 || types.includes("rest|rest_notify") || types.includes("rest"))
    .filter(({ authorId }) => authors.length === 0 || authors.includes(authorId));
  const total: PhpMap = parameters.LAST_ID === undefined ? { total_results: found.length } : {};
  return { result: { chat_id: chatId(call), ...total, ...page(call, found, parameters) } };
}

function singleton(value: PhpValue | undefined): readonly PhpValue[] {
  return value === undefined ? [] : [value];
}

function chatId({ caller }: Call): number {
  return FIRST_CHAT_ID + caller.userId;
}

function page(call: Call, feed: readonly Notification[], parameters: PhpMap): PhpMap {
  const lastId = parameters.LAST_ID;
  if (lastId !== undefined && !/^\d+$/u.test(castText(lastId))) {
    throw new RestError("LAST_ID_STRING", "LAST_ID can't be string");
  }
  const limit = isTruthy(parameters.LIMIT) ? Math.min(castInt(parameters.LIMIT), MAX_PAGE) : MAX_PAGE;
  const shown = feed
    .filter(({ id }) => lastId === undefined || id < castInt(lastId))
    .toReversed()
    .slice(0, limit);
  const isConverted = parameters.CONVERT_TEXT === "Y";
  const authors = [...new Set(shown.map(({ authorId }) => authorId))].flatMap((id) => call.world.users.get(id) ?? []);
  return {
    notifications: shown.map((notification) => item(notification, call, isConverted)),
    users: authors.map(chatProfile),
  };
}

function item(notification: Notification, call: Call, isConverted: boolean): PhpMap {
  const { attach, date } = notification;
  return {
    id: notification.id,
    chat_id: chatId(call),
    author_id: notification.authorId,
    date: new Date(date).toISOString().replace(/\.\d+Z$/u, "+00:00"),
    notify_type: TYPE_CODES[notification.type],
    notify_module: "rest",
    notify_event: "rest_notify",
    notify_tag: notification.tag ?? "",
    notify_sub_tag: notification.subTag ?? "",
    notify_title: "",
    setting_name: "rest|rest_notify",
    text: isConverted ? notification.text : notification.storedText,
    notify_read: "N",
    params: attach === undefined ? [] : { ATTACH: [attachParameter(attach, Math.floor(date / 1_000))] },
  };
}
