import { expect, test } from "vitest";
import type { IncomingMessage } from "../../src/core/chat.ts";
import type { CommandName } from "../../src/core/command.ts";
import { IVAN, NOW, openDesk } from "../support/desk.ts";

interface Audited {
  /** Lines that prepare it. */
  readonly before?: readonly string[];
  readonly line: string;
  readonly action: string;
  readonly subject: string | RegExp;
  /** Another's message is replied to. */
  readonly asReply?: true;
}

type Entry =
  | readonly Audited[]
  /** Changes nothing that an administrator answers for; what is linked by proof is audited by the tests of linking. */
  | "changes nothing"
  | "own account"
  /** What it does is done by a chore, whose tests look at the trail. */
  | "by a chore"
  /** Takes an alert, of which there is none here; its own tests look at the trail. */
  | "needs an alert";

/** What every command of the chats leaves in the audit trail, when an administrator has said it. */
const TRAIL: Readonly<Record<CommandName, Entry>> = {
  notify: "changes nothing",
  status: "changes nothing",
  whoami: "changes nothing",
  help: "changes nothing",
  people: "changes nothing",
  ack: "needs an alert",
  link: "own account",
  unlink: "own account",
  connect: "by a chore",
  recall: [{ line: "/recall", asReply: true, action: "notification.recall", subject: /^[\w-]{8,}$/u }],
  disconnect: [
    { before: ["/disconnect"], line: "/disconnect yes", action: "chat.unbind", subject: "telegram:-100: 1 cancelled" },
    { before: ["/disconnect"], line: "/disconnect yes", action: "workspace.suspend", subject: "DISCONNECTED" },
  ],
  map: [
    { line: "/map @boris 8", action: "people.map", subject: "telegram @boris = 8" },
    { line: "/map @boris anna@company.example", action: "people.map", subject: "telegram @boris = 7" },
  ],
  unmap: [{ line: "/unmap @anna", action: "people.unmap", subject: "telegram @anna = 7: 1 cancelled" }],
  group: [
    { line: "/group oncall @anna, id:8", action: "group.set", subject: "@oncall: id:7 id:8" },
    {
      before: ["/group oncall @anna"],
      line: "/group oncall remove",
      action: "group.remove",
      subject: "@oncall",
    },
  ],
  senders: [{ line: "/senders linked", action: "chat.senders", subject: "telegram:-100/ senders=linked" }],
  role: [
    { line: "/role 77777 sender", action: "admin.add", subject: "telegram:77777 role=sender" },
    { before: ["/role 77777 admin"], line: "/role 77777 none", action: "admin.remove", subject: "telegram:77777" },
  ],
  rules: "changes nothing",
  oncall: "changes nothing",
  forward: [
    { line: "/forward #ci @anna", action: "rule.add", subject: "ci: telegram:-100 to id:7" },
    { before: ["/forward #ci @anna"], line: "/forward off ci", action: "rule.disable", subject: "ci" },
    {
      before: ["/forward #ci @anna", "/forward off ci"],
      line: "/forward on ci",
      action: "rule.enable",
      subject: "ci",
    },
  ],
  mute: [
    {
      line: "/mute 2h #secret words",
      action: "silence.add",
      subject: /^1 until \d{4}-\d\d-\d\d \d\d:\d\d Europe\/Berlin$/u,
    },
    { before: ["/mute 2h #secret words"], line: "/mute off 1", action: "silence.end", subject: "1" },
  ],
  quiet: [
    { line: "/quiet 22:00-07:00", action: "quiet.set", subject: "id:9" },
    { before: ["/quiet 22:00-07:00"], line: "/quiet off", action: "quiet.off", subject: "id:9" },
  ],
};

const cases = Object.values(TRAIL).flatMap((entry) => (typeof entry === "string" ? [] : entry));

/** Ivan owns the workspace; somebody else has notified Anna, who has not got it yet. */
async function openOffice() {
  const desk = await openDesk();
  const { store, workspace } = desk;
  await store.tx(async (tx) => {
    await tx.chats.addAdmin(workspace.id, "telegram", IVAN.userId, "owner");
    const anna = { workspaceId: workspace.id, bitrixId: 7, email: "anna@company.example" };
    await tx.people.map({ ...anna, platform: "telegram", username: "anna" });
    await tx.people.map({ workspaceId: workspace.id, bitrixId: 9, platform: "telegram", userId: IVAN.userId });
  });
  const sender = { kind: "person", userId: "5", name: "Eve" } as const;
  const sent = await desk.say("/notify @anna the key is under the mat #ci", { sender });
  return { desk, sent, trail: () => store.read.audit.list({ workspaceId: workspace.id, limit: 99 }) };
}

const replyTo = ({ messageId }: { messageId: string }): Pick<IncomingMessage, "repliedTo"> => ({
  repliedTo: { messageId, author: "Eve", text: [], media: [], parts: [] },
});

test.each(cases)("$line, said by an administrator, is audited as $action", async (each) => {
  const { desk, sent, trail } = await openOffice();
  for (const line of each.before ?? []) {
    desk.now += 60_000;
    await desk.say(line);
  }
  const before = (await trail()).length;
  desk.now += 60_000;
  await desk.say(each.line, each.asReply ? replyTo(sent) : {});
  const added = (await trail()).slice(0, -before || undefined);
  const subject = typeof each.subject === "string" ? each.subject : expect.stringMatching(each.subject);
  expect(added).toContainEqual(
    expect.objectContaining({ actor: "telegram:77", action: each.action, subject, at: desk.now }),
  );
  expect(JSON.stringify(added)).not.toMatch(/mat|company\.example/u);
});

test.each(cases)("$line, said by anybody else, changes nothing and leaves no entry", async (each) => {
  const { desk, sent, trail } = await openOffice();
  desk.now = NOW + 60_000;
  const sender = { kind: "person", userId: "6", name: "Mallory" } as const;
  await desk.say(each.line, { sender, ...(each.asReply ? replyTo(sent) : {}) });
  expect(await trail()).toEqual([]);
});
