import type { Severity } from "../alert.ts";
import { fieldsOf, type GitHubEvent, type GitHubStory, linkOf, titled } from "./githubStory.ts";
import { TEXT_LIMIT } from "./limits.ts";
import type { HookAlert } from "./parsed.ts";
import type { Node } from "./payload.ts";

/** What a finished run means (GitHub: `conclusion` of check runs and workflow runs). One that is neither good nor bad is news, and no incident. */
const CONCLUSIONS: Readonly<Record<string, { readonly severity: Severity; readonly status: HookAlert["status"] }>> = {
  success: { severity: "error", status: "resolved" },
  failure: { severity: "error", status: "firing" },
  timed_out: { severity: "error", status: "firing" },
  startup_failure: { severity: "error", status: "firing" },
  action_required: { severity: "warning", status: "firing" },
};
const NEITHER = { severity: "info", status: "firing" } as const;

/** One workflow on one branch is one incident: the next run that succeeds resolves it. */
export function parseWorkflowRun(event: GitHubEvent): GitHubStory {
  const { root, place } = event;
  const run = root.node("workflow_run");
  const branch = run.text("head_branch") ?? "";
  const workflow = run.text("workflow_id") ?? run.text("name") ?? "";
  return parseRun(event, run, {
    kind: "Workflow",
    branch,
    key: `workflow ${place} ${workflow} ${branch}`,
    text: run.text("display_title", TEXT_LIMIT) ?? "",
  });
}

export function parseCheckRun(event: GitHubEvent): GitHubStory {
  const { root, place } = event;
  const run = root.node("check_run");
  const branch = run.node("check_suite").text("head_branch") ?? "";
  const output = run.node("output");
  const told = [output.text("title", TEXT_LIMIT), output.text("summary", TEXT_LIMIT)];
  return parseRun(event, run, {
    kind: "Check",
    branch,
    key: `check ${place} ${run.text("name") ?? ""} ${branch}`,
    text: told.filter((each) => each !== undefined).join("\n"),
  });
}

function parseRun(
  { payload, root, place, action }: GitHubEvent,
  run: Node,
  told: { kind: "Workflow" | "Check"; branch: string; key: string; text: string },
): GitHubStory {
  const name = run.text("name");
  const conclusion = run.text("conclusion");
  if (action !== "completed") return `${told.kind.toLowerCase()} run ${action}`;
  if (conclusion === undefined) payload.fail(`${run.path}.conclusion`, "is absent, though the run is completed");
  const meant = Object.hasOwn(CONCLUSIONS, conclusion ?? "") ? CONCLUSIONS[conclusion ?? ""] : undefined;
  const startedAt = run.time("run_started_at") ?? run.time("started_at");
  const fields = {
    branch: told.branch,
    conclusion,
    commit: run.text("head_sha")?.slice(0, 7),
    event: run.text("event"),
    attempt: run.text("run_attempt"),
    sender: root.node("sender").text("login"),
  };
  const outcome = (conclusion ?? "").replaceAll("_", " ");
  return {
    title: titled(payload, place, `${told.kind} ${name ?? "?"} on ${told.branch || "?"}: ${outcome}`),
    text: told.text,
    fields: fieldsOf(payload, fields),
    tags: [],
    ...(meant ?? NEITHER),
    ...(meant === undefined ? {} : { key: told.key }),
    ...linkOf(run, "html_url"),
    ...(startedAt === undefined ? {} : { startedAt }),
  };
}
