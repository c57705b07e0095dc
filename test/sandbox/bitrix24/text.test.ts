import { expect, test } from "vitest";
import { notify, portalFor } from "./calls.ts";

test.each([
  { message: "a[BR]b[br]c#BR#d", text: "a\nb\nc\nd" },
  { message: "<b>bold</b> <I>it</I><br/>x", text: "[b]bold[/b] [i]it[/i]\nx" },
  { message: '<a href="https://evil.example">bank</a>', text: "[url=https://evil.example]bank[/url]" },
  { message: '<font color="#f00" size=20>x</font>', text: "[color=#f00][size=20]x[/size][/color]" },
  { message: '<div><span style="color:#00f">x</span></div>', text: "[color=#00f]x[/color]" },
  { message: "a<hr>b", text: `a\n${"-".repeat(54)}\nb` },
  { message: "a&nbsp;b", text: "a b" },
  { message: "&#91;b&#93; &lt;i&gt; &amp;amp;", text: "[b] <i> &amp;" },
  { message: "[USER=7][/USER] [user=7]CEO[/user]", text: "[USER=7]Anna Orlova[/USER] [user=7]CEO[/user]" },
  { message: "[user=404]Nobody[/user] [user=all]All[/user]", text: "Nobody [user=all]All[/user]" },
  { message: " \n padded \t", text: "padded" },
  { message: "\u00a0kept", text: "\u00a0kept" },
  { message: "**markdown** stays", text: "**markdown** stays" },
])("$message is shown as $text", async ({ message, text }) => {
  const portal = await portalFor();
  await notify(portal, { MESSAGE: message });
  expect(portal.feed(7)[0]?.text).toBe(text);
});

test("entities are stored as sent and decoded for the reader", async () => {
  const portal = await portalFor();
  await notify(portal, { MESSAGE: "&#91;x" });
  expect(portal.feed(7)).toMatchObject([{ storedText: "&#91;x", text: "[x" }]);
});

test("text is cut at 20,000 characters with a tolerance of 6, and says so", async () => {
  const portal = await portalFor();
  await notify(portal, { MESSAGE: "я".repeat(20_006) });
  await notify(portal, { MESSAGE: "я".repeat(20_007) });
  expect(portal.feed(7).map(({ text }) => text)).toEqual(["я".repeat(20_006), `${"я".repeat(20_000)} (...)`]);
});
