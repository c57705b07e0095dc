import { expect, test } from "vitest";
import { parseGitHub } from "../../../src/core/hooks/github.ts";
import { payload } from "./payload.ts";

const one = (name: string, event: string) => {
  const parsed = parseGitHub(payload(name), event);
  expect(parsed).toMatchObject({ kind: "alerts", cut: [] });
  return parsed.kind === "alerts" ? parsed.alerts[0] : undefined;
};

test("a workflow that failed fires, and the next success on the same branch resolves it", () => {
  const failed = one("github-workflow_run", "workflow_run");
  expect(failed).toMatchObject({
    title: "[acme/shop] Workflow CI on main: failure",
    text: "Fix rounding of totals",
    severity: "error",
    status: "firing",
    link: "https://github.com/acme/shop/actions/runs/30433642",
  });
  const passed = one("github-workflow_run-success", "workflow_run");
  expect(passed).toMatchObject({ status: "resolved", key: failed?.key });
  expect(failed?.fields).toContainEqual({ name: "commit", value: "acb5820" });
});

test("a run that only begins tells nothing, and that is said", () => {
  const parsed = parseGitHub(payload("github-workflow_run-requested"), "workflow_run");
  expect(parsed).toEqual({ kind: "ignored", what: "workflow run requested" });
  expect(parseGitHub(payload("github-ping"), "ping")).toEqual({ kind: "ignored", what: "ping" });
});

test("a cancelled run is news and no incident", () => {
  const body = { action: "completed", workflow_run: { name: "CI", conclusion: "cancelled" } };
  const parsed = parseGitHub(body, "workflow_run");
  expect(parsed).toMatchObject({ alerts: [{ severity: "info", status: "firing" }] });
  expect(parsed).not.toHaveProperty("alerts.0.key");
});

test("a check that timed out fires", () => {
  expect(one("github-check_run", "check_run")).toMatchObject({
    title: "[acme/shop] Check Octocoders-linter on feature/totals: timed out",
    text: "Took longer than 30 s",
    status: "firing",
    key: "check acme/shop Octocoders-linter feature/totals",
  });
});

test("a push lists its commits by their first lines", () => {
  expect(one("github-push", "push")).toMatchObject({
    title: "[acme/shop] 2 commits to main",
    text: "acb5820 Fix rounding of totals\n6113728 Add a test",
    severity: "info",
    link: "https://github.com/acme/shop/compare/6113728f27ae...acb5820ced94",
  });
});

test("commits beyond the twentieth are counted", () => {
  const commits = Array.from({ length: 23 }, (_, index) => ({ id: "a".repeat(40), message: `Change ${index}` }));
  const parsed = parseGitHub({ ref: "refs/heads/x", commits, repository: { full_name: "a/b" } }, "push");
  expect(parsed).toMatchObject({ alerts: [{ text: expect.stringMatching(/\n… \(\+3\)$/u) }] });
});

test("an issue is one incident from opening to closing, as is a pull request", () => {
  expect(one("github-issues", "issues")).toMatchObject({
    title: "[acme/shop] Issue #7 opened: Totals are wrong",
    text: "By a cent.",
    status: "firing",
    key: "issue acme/shop#7",
    fields: expect.arrayContaining([{ name: "labels", value: "bug, urgent" }]),
  });
  expect(one("github-pull_request-merged", "pull_request")).toMatchObject({
    title: "[acme/shop] Pull request #8 merged: Fix rounding",
    status: "resolved",
    key: "pull_request acme/shop#8",
  });
});

test("of a release the publication alone is told", () => {
  expect(one("github-release", "release")).toMatchObject({
    title: "[acme/shop] Release Two",
    text: "Everything is new.",
  });
  expect(parseGitHub({ action: "created", release: {} }, "release")).toEqual({
    kind: "ignored",
    what: "release created",
  });
});

test("an event without a story of its own is told all the same, whatever it is called", () => {
  expect(one("github-star", "star")).toMatchObject({ title: "[acme/shop] star created" });
  expect(parseGitHub({}, "constructor")).toMatchObject({ alerts: [{ title: "[GitHub] constructor" }] });
});

test.each([
  [undefined, {}, "X-GitHub-Event", "absent"],
  ["push", { repository: { full_name: "a/b" } }, "ref", "absent"],
  ["push", { ref: "refs/heads/x", commits: {} }, "commits", "must be a list"],
  ["issues", { issue: [] }, "issue", "must be an object"],
  ["check_run", { action: "completed", check_run: {} }, "check_run.conclusion", "absent"],
])("of event %s with %j it says what is wrong", (event, body, path, rule) => {
  expect(parseGitHub(body, event)).toMatchObject({ kind: "malformed", path, rule: expect.stringContaining(rule) });
});
