import { type Alert, type Facts, severityOf } from "../core/alert.ts";
import type { SourceRef } from "../core/chat.ts";
import { factLines } from "../core/facts.ts";
import { isBlank, plain, type RichText } from "../core/richText.ts";
import { forgottenLine, headlineOf, type Reading } from "./incidentWords.ts";
import { withParts } from "./plan.ts";
import type { Words } from "./ports.ts";
import type { Incident } from "./store/incidents.ts";

/** What somebody reads of an incident. Once its text is no longer kept, how it stands, which one it is, and since when. */
export function toldText(incident: Incident, reading: Reading): RichText {
  const { alert } = incident;
  const headline = headlineOf(incident, reading);
  return alert
    ? [...headline, ...bodyOf(alert, reading.words)]
    : [...headline, { text: forgottenLine(incident, reading) }];
}

/** An alert of fields alone says them here too: where only the text is shown, it would say nothing. */
function bodyOf(alert: Alert, words: Words): RichText {
  const body = withParts(alert, words);
  return isBlank(body) && alert.title === undefined ? plain(factLines(alert).join("\n")) : body;
}

export function toldFacts({ uid, status, severity, alert }: Incident): Facts {
  const open = status === "open" ? { acknowledge: uid } : {};
  return { severity: alert ? severityOf(alert) : severity, status, fields: alert?.fields ?? [], ...open };
}

/** Each telling is a notification of its own. No platform has such message ids. */
export function toldSource({ alert }: Incident, suffix: string): SourceRef {
  const { origin } = alert ?? {};
  if (origin?.kind === "message") return { ...origin.at, messageId: `${origin.at.messageId}^${suffix}` };
  const hook = { platform: "hook", threadId: "" } as const;
  return origin
    ? { ...hook, chatId: String(origin.hookId), messageId: `${origin.delivery}^${suffix}` }
    : { ...hook, chatId: "incident", messageId: suffix };
}
