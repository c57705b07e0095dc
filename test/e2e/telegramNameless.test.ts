import { expect, test } from "vitest";
import { openGroup } from "../support/group.ts";

/** What is said to somebody whom nobody knows is said in the workspace's language. */
const SAID = {
  en: {
    nameless: "I cannot see who is writing",
    large: "This would notify 2 people",
    whoami: "you are nobody in particular",
    help: "I send personal notifications",
  },
  ru: {
    nameless: "Мне не видно, кто пишет",
    large: "Это уведомило бы 2 человек",
    whoami: "вы никто в отдельности",
    help: "Отправляю личные уведомления",
  },
} as const;

test.each(["en", "ru"] as const)(
  "whoever writes as the group or a channel may send where everyone may, and is told why they may not do more (%s)",
  async (language) => {
    const house = await openGroup();
    const { telegram, group, ivan, portal, cli } = house;
    const channel = telegram.createChat({ type: "channel", title: "Alerts", owner: ivan });
    for (const argv of [
      ["workspace", "set", "main", `language=${language}`, "confirm-above=1"],
      ["chat", "bind", "main", "--telegram", String(channel.id)],
      ["group", "add", "main", "all", "id:7", "id:8"],
    ])
      expect((await cli(...argv)).err).toBe("");
    /** One where many are notified, and one where only linked people may send. */
    const apart = ["everyone", "linked"].map((title) =>
      telegram.createChat({ type: "supergroup", title, owner: ivan }),
    );
    for (const [index, senders] of ["everyone", "linked"].entries())
      await cli("chat", "bind", "main", "--telegram", String(apart[index]?.id), "--senders", senders);
    await house.start();
    const answerTo = (chat: typeof group, id: number) =>
      telegram.waitFor(
        () => telegram.postsOf(chat).find(({ message }) => message.reply_to_message?.message_id === id)?.message.text,
        { what: `an answer to ${id}` },
      );
    const said = SAID[language];
    const writers = [
      { chat: group, write: (text: string) => telegram.say(group, telegram.anonymousAdmin(group, "Boss"), text) },
      { chat: group, write: (text: string) => telegram.say(group, telegram.asChannel(channel), text) },
      { chat: channel, write: (text: string) => telegram.postInChannel(channel, text) },
    ];
    for (const [index, { chat, write }] of writers.entries()) {
      const sent = write("/notify @anna hello");
      await telegram.waitFor(
        () => telegram.reactionsOf(chat, sent.message_id).some(({ emoji }) => emoji.includes("👍")),
        { what: "👍" },
      );
      expect(portal.feed(7)).toHaveLength(index + 1);
      expect(await answerTo(chat, write("/whoami@herald24_bot").message_id)).toContain(said.whoami);
      expect(await answerTo(chat, write("/help@herald24_bot").message_id)).toContain(said.help);
      expect(await answerTo(chat, write("/map@herald24_bot @x 1").message_id)).toContain(said.nameless);
    }
    expect(portal.feed(8)).toEqual([]);
    for (const [index, line] of ["/notify@herald24_bot @all fire", "/notify@herald24_bot @anna hello"].entries()) {
      const asked = telegram.say(apart[index] ?? group, telegram.anonymousAdmin(apart[index] ?? group), line);
      const words = await answerTo(apart[index] ?? group, asked.message_id);
      expect(words).toContain(index === 0 ? said.large : said.nameless);
    }
    expect(portal.feed(7)).toHaveLength(writers.length);
  },
);
