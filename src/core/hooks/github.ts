import { parseCheckRun, parseWorkflowRun } from "./githubRuns.ts";
import { fieldsOf, type GitHubEvent, type GitHubStory, linkOf, titled } from "./githubStory.ts";
import { TEXT_LIMIT, TITLE_LIMIT } from "./limits.ts";
import type { ParsedHook } from "./parsed.ts";
import { type Node, openPayload } from "./payload.ts";

/** Events with a story of their own; any other is told by name, action and address, so that nothing is dropped in silence. */
const STORIES: Readonly<Record<string, (event: GitHubEvent) => GitHubStory>> = {
  workflow_run: parseWorkflowRun,
  check_run: parseCheckRun,
  push: parsePush,
  issues: (event) => parseThread(event, "issue", "Issue"),
  pull_request: (event) => parseThread(event, "pull_request", "Pull request"),
  release: parseRelease,
};

/** @param event The header `X-GitHub-Event`. */
export function parseGitHub(body: unknown, event: string | undefined): ParsedHook {
  if (event === undefined) return { kind: "malformed", path: "X-GitHub-Event", rule: "this header is absent" };
  if (event === "ping") return { kind: "ignored", what: "ping" };
  const payload = openPayload(body);
  const { root } = payload;
  const place = root.node("repository").text("full_name") ?? root.node("organization").text("login") ?? "GitHub";
  const action = root.text("action") ?? "";
  const read = Object.hasOwn(STORIES, event) ? STORIES[event] : undefined;
  const known: GitHubEvent = { payload, root, place, action };
  const story = read ? read(known) : parseOther(known, event);
  if (typeof story !== "string") return payload.result([story]);
  const result = payload.result([]);
  return result.kind === "malformed" ? result : { kind: "ignored", what: story };
}

const BRANCH = /^refs\/(?:heads|tags)\//u;
const SHOWN_COMMITS = 20;

function parsePush({ payload, root, place }: GitHubEvent): GitHubStory {
  const branch = (root.text("ref") ?? "").replace(BRANCH, "");
  if (branch === "") payload.fail("ref", "is absent: it must name what was pushed to");
  const who = root.node("sender").text("login") ?? root.node("pusher").text("name");
  const commits = root.raw("commits") === undefined ? [] : root.nodes("commits");
  const isForced = root.raw("forced") === true;
  const what =
    root.raw("deleted") === true
      ? `deleted ${branch}`
      : commits.length === 0
        ? `updated ${branch}`
        : `${commits.length} ${commits.length === 1 ? "commit" : "commits"} to ${branch}`;
  const lines = commits.slice(0, SHOWN_COMMITS).map((commit) => {
    const first = (commit.text("message", TEXT_LIMIT) ?? "").split("\n")[0] ?? "";
    return `${(commit.text("id") ?? "").slice(0, 7)} ${first}`.trim();
  });
  const beyond = commits.length - lines.length;
  const text = [...lines, ...(beyond > 0 ? [`… (+${beyond})`] : [])].join("\n");
  return {
    title: titled(payload, place, `${isForced ? "force-pushed: " : ""}${what}`),
    text: payload.fit(text, "commits", TEXT_LIMIT),
    fields: fieldsOf(payload, { branch, sender: who }),
    tags: [],
    severity: "info",
    status: "firing",
    ...linkOf(root, "compare"),
  };
}

/** Issues and pull requests: open is firing, closed is resolved, and one number is one incident. */
function parseThread(event: GitHubEvent, name: "issue" | "pull_request", shown: string): GitHubStory {
  const { payload, root, place, action } = event;
  const thread = root.node(name);
  const number = thread.text("number");
  if (number === undefined) payload.fail(`${name}.number`, "is absent");
  const isOver = action === "closed" || action === "deleted" || action === "transferred";
  const done = name === "pull_request" && thread.raw("merged") === true ? "merged" : action;
  const opened = thread.time("created_at");
  return {
    title: titled(payload, place, `${shown} #${number} ${done}: ${thread.text("title") ?? ""}`),
    text: action === "opened" ? (thread.text("body", TEXT_LIMIT) ?? "") : "",
    fields: fieldsOf(payload, {
      action,
      author: thread.node("user").text("login"),
      sender: root.node("sender").text("login"),
      labels: labelsOf(thread),
    }),
    tags: [],
    severity: "info",
    status: isOver ? "resolved" : "firing",
    key: `${name} ${place}#${number}`,
    ...linkOf(thread, "html_url"),
    ...(opened === undefined ? {} : { startedAt: opened }),
  };
}

/** GitHub sends several events for one release; `published` is the one that everybody gets. */
function parseRelease({ payload, root, place, action }: GitHubEvent): GitHubStory {
  const release = root.node("release");
  if (action !== "published") return `release ${action}`;
  const tag = release.text("tag_name");
  const name = release.text("name") ?? tag ?? "";
  const kind = release.raw("prerelease") === true ? "Pre-release" : "Release";
  return {
    title: titled(payload, place, `${kind} ${name}`),
    text: release.text("body", TEXT_LIMIT) ?? "",
    fields: fieldsOf(payload, { tag, author: release.node("author").text("login") }),
    tags: [],
    severity: "info",
    status: "firing",
    ...linkOf(release, "html_url"),
  };
}

function parseOther({ payload, root, place, action }: GitHubEvent, event: string): GitHubStory {
  const subject = root.names.find((name) => name !== "repository" && name !== "sender" && hasAddress(root.raw(name)));
  const words = event.slice(0, TITLE_LIMIT).replaceAll("_", " ");
  return {
    title: titled(payload, place, `${words} ${action}`),
    text: "",
    fields: fieldsOf(payload, {
      event: event.slice(0, TITLE_LIMIT),
      action,
      sender: root.node("sender").text("login"),
    }),
    tags: [],
    severity: "info",
    status: "firing",
    ...(subject === undefined ? {} : linkOf(root.node(subject), "html_url")),
  };
}

const hasAddress = (value: unknown): boolean => typeof value === "object" && value !== null && "html_url" in value;

function labelsOf(thread: Node): string {
  const labels = thread.raw("labels") === undefined ? [] : thread.nodes("labels");
  return labels.flatMap((label) => label.text("name") ?? []).join(", ");
}
