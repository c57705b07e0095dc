import type { Context, Hono } from "hono";
import { type SSEStreamingApi, streamSSE } from "hono/streaming";
import { pictureType } from "./pictureType.ts";
import type { SentFile, Stage } from "./stage.ts";
import { discordPeople, stateOf, telegramPeople } from "./state.ts";

/** Changes come in bursts; the page is told once of each burst. */
const GATHER_MS = 40;
/** What no change announces, such as a deletion in a feed, shows at the latest now. */
const LOOK_AGAIN_MS = 1_000;

/** What the page may ask for and do. */
export function addApi(app: Hono, stage: Stage, ending: AbortSignal): void {
  app.get("/events", (context) => streamSSE(context, (stream) => tellChanges(stage, stream, ending)));
  app.get("/files/:kind/:message/:place", (context) => {
    const { kind, message, place } = context.req.param();
    const file = filesOf(stage, kind, message)[Number(place)];
    return file ? sendFile(context, file) : context.notFound();
  });
  app.post("/telegram", (context) => act(context, (form) => sayInTelegram(stage, form)));
  app.post("/discord", (context) => act(context, (form) => sayInDiscord(stage, form)));
  app.post("/slash", (context) => act(context, (form) => slashInDiscord(stage, form)));
  app.post("/portal", (context) => act(context, async (form) => stage.setPortalDown(form.get("down") === "yes")));
}

/** The whole state after each change: the demo is small, and the page can never be out of step. */
async function tellChanges(stage: Stage, stream: SSEStreamingApi, ending: AbortSignal): Promise<void> {
  let last = "";
  const { promise: gone, resolve: leave } = Promise.withResolvers<void>();
  const tell = async (): Promise<void> => {
    const state = JSON.stringify(stateOf(stage));
    if (state === last) return;
    last = state;
    await stream.writeSSE({ event: "state", data: state });
  };
  let timer: NodeJS.Timeout | undefined;
  const soon = (): void => {
    timer ??= setTimeout(() => {
      timer = undefined;
      tell().catch(leave);
    }, GATHER_MS);
  };
  const forget = stage.onChange(soon);
  const ticker = setInterval(soon, LOOK_AGAIN_MS);
  stream.onAbort(leave);
  ending.addEventListener("abort", () => leave(), { once: true });
  await tell();
  await gone;
  forget();
  clearInterval(ticker);
  clearTimeout(timer);
}

/** What an emulator refuses is told in its words. */
async function act(context: Context, work: (form: FormData) => Promise<void>): Promise<Response> {
  try {
    await work(await context.req.formData());
    return context.body(null, 204);
  } catch (error) {
    return context.text(error instanceof Error ? error.message : String(error), 400);
  }
}

async function sayInTelegram(stage: Stage, form: FormData): Promise<void> {
  stage.telegramSays(chosen(telegramPeople(stage), form), await spoken(form));
}

async function sayInDiscord(stage: Stage, form: FormData): Promise<void> {
  stage.discordSays(chosen(discordPeople(stage), form), await spoken(form));
}

async function slashInDiscord(stage: Stage, form: FormData): Promise<void> {
  const files = await filesIn(form);
  const input = { to: text(form, "to"), text: text(form, "text"), tag: text(form, "tag"), files };
  stage.slashNotify(chosen(discordPeople(stage), form), input);
}

async function spoken(form: FormData) {
  const replyTo = text(form, "replyTo");
  const files = await filesIn(form);
  const said = text(form, "text").trim();
  if (said === "" && files.length === 0) throw new Error("Nothing to send: write something or choose a file.");
  return { text: said, files, ...(replyTo === "" ? {} : { replyTo }) };
}

function chosen<Person extends { readonly id: string | number }>(people: readonly Person[], form: FormData): Person {
  const person = people.find(({ id }) => String(id) === form.get("who"));
  if (!person) throw new Error("There is no such person in this chat.");
  return person;
}

function text(form: FormData, name: string): string {
  const value = form.get(name);
  return typeof value === "string" ? value : "";
}

/** An empty file field arrives as one file without name and content. */
async function filesIn(form: FormData): Promise<SentFile[]> {
  const uploads = form.getAll("files").filter((entry) => typeof entry !== "string" && entry.name !== "");
  return Promise.all(
    uploads
      .filter((entry) => entry instanceof File)
      .map(async (file) => ({
        name: file.name,
        bytes: new Uint8Array(await file.arrayBuffer()),
      })),
  );
}

function filesOf(stage: Stage, kind: string, message: string): readonly SentFile[] {
  switch (kind) {
    case "telegram":
      return stage.telegramFiles(Number(message));
    case "slash":
      return stage.slashes[Number(message)]?.files ?? [];
    case "discord": {
      const { discord, cast } = stage.house;
      const found = discord.messagesOf(cast.discord.channel).find(({ id }) => id === message);
      return (found?.attachments ?? []).map(({ filename, bytes }) => ({ name: filename, bytes }));
    }
    default:
      return [];
  }
}

/** Only pictures are shown; anything else is offered for saving. */
function sendFile(context: Context, { name, bytes }: SentFile): Response {
  const type = pictureType(bytes);
  return context.body(new Uint8Array(bytes), 200, {
    "content-type": type ?? "application/octet-stream",
    "content-disposition": `${type ? "inline" : "attachment"}; filename*=UTF-8''${encodeURIComponent(name)}`,
  });
}
