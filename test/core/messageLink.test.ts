import { expect, test } from "vitest";
import { readMessageLink } from "../../src/core/messageLink.ts";

const at = (platform: string, chatId: string, threadId: string, messageId: string) => ({
  kind: "message",
  at: { platform, chatId, threadId, messageId },
});
const [GUILD, CHANNEL, MESSAGE] = ["112233445566778899", "223344556677889900", "334455667788990011"];

test.each([
  ["https://t.me/c/1234567890/45", at("telegram", "-1001234567890", "", "45")],
  ["t.me/c/1234567890/5/45?single", at("telegram", "-1001234567890", "5", "45")],
  ["https://t.me/OpsChat/45", { kind: "public", username: "opschat", messageId: "45" }],
  ["https://t.me/opschat/5/45?comment=1", { kind: "public", username: "opschat", messageId: "45" }],
  ["t.me/foo/1", { kind: "public", username: "foo", messageId: "1" }],
  ["https://t.me/s/opschat/45", { kind: "public", username: "opschat", messageId: "45" }],
  ["<https://t.me/opschat/0045>", { kind: "public", username: "opschat", messageId: "45" }],
  ["https://t.me/c/1234567890/005/045", at("telegram", "-1001234567890", "5", "45")],
  ["telegram:-1001234567890/0045", at("telegram", "-1001234567890", "", "45")],
  [`<https://discord.com/channels/${GUILD}/${CHANNEL}/${MESSAGE}>`, at("discord", GUILD, CHANNEL, MESSAGE)],
  [`discord.com/channels/${GUILD}/${CHANNEL}/${MESSAGE}`, at("discord", GUILD, CHANNEL, MESSAGE)],
  ["https://telegram.me/opschat/45", { kind: "public", username: "opschat", messageId: "45" }],
  [`https://discord.com/channels/${GUILD}/${CHANNEL}/${MESSAGE}`, at("discord", GUILD, CHANNEL, MESSAGE)],
  [`https://ptb.discord.com/channels/@me/${CHANNEL}/${MESSAGE}`, at("discord", "@me", CHANNEL, MESSAGE)],
  ["telegram:-1001234567890/45", at("telegram", "-1001234567890", "", "45")],
  ["telegram:77/45", at("telegram", "77", "", "45")],
  [`discord:${GUILD}/${CHANNEL}/${MESSAGE}`, at("discord", GUILD, CHANNEL, MESSAGE)],
])("%s", (link, message) => {
  expect(readMessageLink(link)).toEqual(message);
});

test.each([
  "",
  "hello",
  "https://t.me/opschat",
  "https://t.me/c/12x/4",
  "https://t.me/c/1/2/3/4",
  "https://t.me/+AbCdEf",
  "https://evil.example/channels/1/2/3",
  `https://discord.com/channels/${GUILD}/${CHANNEL}`,
  `discord:${GUILD}/${MESSAGE}`,
])("“%s” is no link to a message", (text) => {
  expect(readMessageLink(text)).toBeUndefined();
});
