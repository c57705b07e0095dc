import type { RuleFilter } from "./rule.ts";

/** A filter on one line, in signs that need no language; empty when it lets everything pass. */
export function filterText(filter: RuleFilter): string {
  const { tags = [], words = [], pattern, authors = [], severity, status, fields = {}, except } = filter;
  const parts = [
    tags.map((tag) => `#${tag}`).join(" | "),
    words.map((word) => `“${word}”`).join(" | "),
    pattern === undefined ? "" : `/${pattern}/`,
    authors.map((author) => `✎ ${author}`).join(" | "),
    severity === undefined ? "" : severity === "critical" ? severity : `≥ ${severity}`,
    status ?? "",
    ...Object.entries(fields).map(([name, value]) => `${name}=${value}`),
    except === undefined ? "" : `¬(${filterText(except)})`,
  ];
  return parts.filter((part) => part !== "").join(", ");
}
