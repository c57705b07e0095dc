import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable, Writable } from "node:stream";
import { Command, CommanderError } from "commander";
import { describe, expect, onTestFinished, test } from "vitest";
import { type Portal, startPortal } from "../../sandbox/bitrix24/portal.ts";
import { addSeedCommands } from "../../src/cli/seed.ts";

async function sandboxPortal(): Promise<Portal> {
  const portal = await startPortal({ limits: "off" });
  onTestFinished(() => portal.close());
  return portal;
}

function sink() {
  const chunks: Buffer[] = [];
  const stream = new Writable({
    write(chunk: Buffer, _, done) {
      chunks.push(Buffer.from(chunk));
      done();
    },
  });
  return { stream, text: () => Buffer.concat(chunks).toString("utf8") };
}

async function run(args: readonly string[], options: { stdin?: string; hosts?: string; stdout?: Writable } = {}) {
  const [stdout, stderr] = [sink(), sink()];
  let code: number | undefined;
  const program = new Command().exitOverride().configureOutput({ writeErr: () => {}, writeOut: () => {} });
  addSeedCommands(program, {
    stdout: options.stdout ?? stdout.stream,
    stderr: stderr.stream,
    stdin: Readable.from([Buffer.from(options.stdin ?? "")]),
    env: { PRIVATE_HOSTS: options.hosts ?? "127.0.0.1" },
    exit: (given) => {
      code = given;
    },
  });
  try {
    await program.parseAsync([...args], { from: "user" });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    code = error.exitCode;
  }
  return { code, stdout: stdout.text(), stderr: stderr.text() };
}

const notify = (portal: Portal, ...more: string[]): string[] => [
  "notify",
  "--url",
  portal.webhookUrl(1),
  "--user",
  "7",
  "--text",
  "hello",
  ...more,
];

const BLOCKS = JSON.stringify([{ FILE: { NAME: "a", LINK: "https://a.example/a" } }]);

describe("exit code and output", () => {
  test("0: delivered, the portal's body alone on standard output", async () => {
    const portal = await sandboxPortal();
    const body = '{ "result" : 77,\n"time":{} }';
    portal.faults.add({ kind: "reply", status: 200, body, headers: { "content-type": "application/json" } });
    const { code, stdout, stderr } = await run(notify(portal));
    expect({ code, stdout }).toEqual({ code: 0, stdout: body });
    expect(stderr).toBe("delivered: notification 77\n");
  });

  test.each([
    ["a refusal", { kind: "reply", status: 400, body: { error: "ATTACH_ERROR" } }, 3],
    ["a busy portal", { kind: "reply", status: 503, body: { error: "QUERY_LIMIT_EXCEEDED" } }, 3],
    ["dead credentials", { kind: "reply", status: 401, body: { error: "NO_AUTH_FOUND" } }, 3],
    ["a fault of the server", { kind: "reply", status: 500, body: { error: "INTERNAL_SERVER_ERROR" } }, 4],
    ["the edge's own 503", { kind: "reply", status: 503, body: "<h1>Busy</h1>" }, 1],
    ["a bad gateway", { kind: "reply", status: 502, body: "<h1>Bad</h1>" }, 4],
  ] as const)("%s is printed byte for byte", async (_, fault, expected) => {
    const portal = await sandboxPortal();
    portal.faults.add(fault);
    const { code, stdout } = await run(notify(portal));
    expect(code).toBe(expected);
    expect(stdout).toBe(typeof fault.body === "string" ? fault.body : JSON.stringify(fault.body));
  });

  test("3: unknown recipient and suppressed", async () => {
    const portal = await sandboxPortal();
    portal.setUser({ id: 8, notificationsOff: true });
    expect(await run([...notify(portal), "--user", "404"])).toMatchObject({
      code: 3,
      stderr: expect.stringMatching(/RESULT_FALSE/),
    });
    expect(await run([...notify(portal), "--user", "8"])).toMatchObject({
      code: 3,
      stderr: expect.stringMatching(/suppressed/),
    });
  });

  test("4: sent, and the answer lost", async () => {
    const portal = await sandboxPortal();
    portal.faults.add({ kind: "reset", executed: true });
    expect(await run(notify(portal))).toMatchObject({ code: 4, stdout: "" });
    portal.faults.add({ kind: "truncate" });
    expect(await run(notify(portal))).toMatchObject({ code: 4, stdout: expect.stringContaining("{") });
  });

  test("1: not sent at all", async () => {
    const portal = await sandboxPortal();
    const args = notify(portal);
    await portal.pause();
    expect(await run(args)).toMatchObject({ code: 1, stdout: "", stderr: expect.stringMatching(/ECONNREFUSED/) });
  });

  test.each([
    [["--user", "abc"], "abc"],
    [["--user", ""], "user"],
    [["--text", ""], "text"],
    [["--tag", "x".repeat(300)], "246"],
    [["--blocks", "{not json"], "JSON"],
    [["--blocks", '{"PICTURE":{"LINK":"https://a.example"}}'], "IMAGE"],
    [["--blocks", '[{"IMAGE":{"NAME":"a"}}]'], "LINK"],
    [["--blocks", '[{"IMAGE":{"LINK":"ftp://a.example"}}]'], "ftp://a.example"],
    [["--blocks", "@/nowhere/at/all.json"], "cannot be read"],
    [["--text", "-", "--blocks", "-"], "once"],
    [["--url", "nonsense"], "domain name"],
  ])("2: %j sends nothing and says why", async (flags, part) => {
    const portal = await sandboxPortal();
    const { code, stdout, stderr } = await run([...notify(portal), ...flags]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toContain(part);
    expect(stderr).not.toContain(portal.webhookUrl(1).split("/").at(-2));
    expect(portal.requests).toEqual([]);
  });

  test.each([[["notify", "--bogus"]], [["notify", "--url"]], [["delete", "--user", "7"]], [["notify"]], [["delete"]]])(
    "2: usage error %j",
    async (args) => expect(await run(args)).toMatchObject({ code: 2, stdout: "" }),
  );

  test("2: a portal in a private network that is not listed", async () => {
    const portal = await sandboxPortal();
    expect(await run(notify(portal), { hosts: "" })).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/PRIVATE_HOSTS/),
    });
  });

  test("0: delivered, even though nobody reads the body any more", async () => {
    const portal = await sandboxPortal();
    const deaf = new Writable({
      write(_chunk, _encoding, done) {
        done(Object.assign(new Error("write EPIPE"), { code: "EPIPE" }));
      },
    });
    expect(await run(notify(portal), { stdout: deaf })).toMatchObject({
      code: 0,
      stderr: expect.stringMatching(/^delivered/u),
    });
  });

  test("2: what is shown of an address without a code ends where the address ends", async () => {
    const { stderr } = await run(["notify", "--url", "https://a.example/rest/1/", "--user", "7", "--text", "x"]);
    expect(stderr).toMatch(/^url https:\/\/a\.example\/rest\/1\/: /u);
  });

  test("4: a deletion in doubt may simply be repeated, and that is what is said", async () => {
    const portal = await sandboxPortal();
    portal.faults.add({ kind: "reset", executed: true });
    const { code, stderr } = await run(["delete", "--url", portal.webhookUrl(1), "--notif", "501"]);
    expect(code).toBe(4);
    expect(stderr).not.toContain("twice");
  });

  test("asking for help is no error", async () => {
    expect(await run(["notify", "--help"])).toMatchObject({ code: 0 });
  });
});

describe("input", () => {
  test("text and blocks may come from standard input, blocks also from a file", async () => {
    const portal = await sandboxPortal();
    const folder = await mkdtemp(join(tmpdir(), "seed-"));
    onTestFinished(() => rm(folder, { recursive: true }));
    await writeFile(join(folder, "blocks.json"), BLOCKS);
    await run([...notify(portal, "--text", "-")], { stdin: "piped\n  text\n" });
    await run(notify(portal, "--blocks", "-"), { stdin: BLOCKS });
    await run(notify(portal, "--blocks", `@${join(folder, "blocks.json")}`));
    await run(notify(portal, "--blocks", `{"BLOCKS":${BLOCKS}}`));
    expect(portal.requests.map(({ body }) => body.MESSAGE)).toEqual(["piped\n  text", "hello", "hello", "hello"]);
    const attach = JSON.parse(BLOCKS);
    expect(portal.requests.map(({ body }) => body.ATTACH)).toEqual([undefined, attach, attach, { BLOCKS: attach }]);
  });

  test("a byte order mark in front of piped or stored input is not part of it", async () => {
    const portal = await sandboxPortal();
    await run([...notify(portal, "--text", "-")], { stdin: "\ufeffpiped" });
    await run(notify(portal, "--blocks", "-"), { stdin: `\ufeff${BLOCKS}` });
    expect(portal.requests.map(({ body }) => body.MESSAGE)).toEqual(["piped", "hello"]);
    expect(portal.requests[1]?.body.ATTACH).toEqual(JSON.parse(BLOCKS));
  });

  test("notify-system and delete take the same address", async () => {
    const portal = await sandboxPortal();
    const [, ...flags] = notify(portal);
    expect(await run(["notify-system", ...flags, "--user", "1"])).toMatchObject({ code: 0 });
    const url = portal.webhookUrl(1);
    expect(await run(["delete", "--url", url, "--notif", "501"])).toMatchObject({ code: 0, stderr: "deleted\n" });
    expect(await run(["delete", "--url", url, "--notif", "501"])).toMatchObject({
      code: 3,
      stderr: expect.stringMatching(/RESULT_FALSE/),
    });
    expect(portal.requests.map(({ method }) => method)).toEqual([
      "im.notify.system.add",
      "im.notify.delete",
      "im.notify.delete",
    ]);
  });

  test("with --json there is one object instead of the body", async () => {
    const portal = await sandboxPortal();
    const { stdout } = await run(notify(portal, "--json"));
    expect(JSON.parse(stdout)).toMatchObject({ answer: { result: 501 }, verdict: { kind: "delivered" } });
    const wrong = await run([...notify(portal, "--json"), "--user", "abc"]);
    expect(JSON.parse(wrong.stdout)).toMatchObject({ problem: { subject: "user", value: '"abc"' } });
  });
});
