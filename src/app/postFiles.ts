import type { Alert } from "../core/alert.ts";
import type { PostWords } from "../core/postText.ts";
import { fileKey } from "../core/sameAlert.ts";
import { LINK_LIFE_MS, mediaAddress, shortName } from "./blocks.ts";
import { randomToken, sha256 } from "./hash.ts";
import type { Words } from "./ports.ts";
import type { PostFile } from "./poster.ts";
import { type Fetched, type Fetching, fetchFile } from "./postFetch.ts";
import { isRepeatable, note, type Showing } from "./postShowing.ts";
import { wayOf } from "./publishing.ts";
import { leftOutReason } from "./receipts.ts";
import type { FileOfPost, NewFileOfPost } from "./store/postFiles.ts";

/** One that can be posted now. */
export interface Ready {
  readonly entry: FileOfPost;
  readonly file: PostFile;
}

/** A post waits no longer than this for its files, all of them together. */
const PATIENCE_MS = 20_000;
/** In one round: what a version brings. */
const MOST_AT_ONCE = 10;
/** Of one incident, however long it goes on. */
const MOST_OF_POST = 50;
const MEGABYTE = 1024 * 1024;

/** Notes which files an alert brings that no version before it had; what an edit takes away before it was said is not said. */
export async function noteFiles(showing: Showing, alert: Alert): Promise<void> {
  const { store } = showing.parts;
  if (alert.media.length === 0 && !showing.files.some(({ state }) => state === "waiting")) return;
  const rule = await store.read.rules.byId(showing.incident.ruleId);
  const brought = rule?.options.media ? filesOf(alert) : [];
  const known = new Set(showing.files.map(({ key }) => key));
  const fresh = brought.filter(({ key }) => !known.has(key));
  const current = new Set(brought.map(({ key }) => key));
  const origin = originOf(alert);
  const dropped = showing.files.filter(
    (file) => file.state === "waiting" && (!file.media || (file.origin === origin && !current.has(file.key))),
  );
  if (fresh.length === 0 && dropped.length === 0) return;
  showing.files = await store.tx(async (tx) => {
    await tx.postFiles.drop(dropped.map(({ id }) => id));
    await tx.postFiles.add(showing.post.id, fresh);
    return tx.postFiles.of(showing.post.id);
  });
}

const originOf = ({ origin }: Alert): string => sha256(JSON.stringify(origin));

const authorOf = ({ origin, author: { id } }: Alert): string =>
  `${origin.kind === "message" ? origin.at.platform : origin.kind}:${id}`;

/** The same file twice in one message is two files. */
function filesOf(alert: Alert): readonly NewFileOfPost[] {
  const times = new Map<string, number>();
  return alert.media.map((media) => {
    const hash = sha256(`${media.source.kind}:${fileKey(media.source)}`).slice(0, 32);
    const before = times.get(hash) ?? 0;
    times.set(hash, before + 1);
    return { key: before === 0 ? hash : `${hash}.${before}`, media, origin: originOf(alert), author: authorOf(alert) };
  });
}

/** Fetches what is still to be said. What cannot be had, or may have been said, is left out. */
export async function readyFiles(showing: Showing, signal: AbortSignal): Promise<readonly Ready[]> {
  const doubtful = ({ state, since = 0 }: FileOfPost) => state === "saying" && !isRepeatable(showing, since);
  await leaveOut(
    showing,
    showing.files.filter(doubtful).map((entry) => ({ entry, reason: "chat-unsure" })),
  );
  const wanted = showing.files.filter(({ state }) => state === "saying" || state === "waiting");
  if (wanted.length === 0) return [];
  const fetching = fetchingFor(showing, AbortSignal.any([signal, AbortSignal.timeout(PATIENCE_MS)]));
  const last = showing.files[MOST_OF_POST - 1]?.id ?? Number.POSITIVE_INFINITY;
  const ready: Ready[] = [];
  for (const [index, entry] of wanted.entries()) {
    const isTooMany = index >= MOST_AT_ONCE || entry.id > last;
    const fetched = await fetchEntry(entry, { fetching, isTooMany });
    // Cut short by the end of the service, it is fetched anew after the next start.
    signal.throwIfAborted();
    if (fetched.kind === "file") ready.push({ entry, file: fetched.file });
    else await leaveOut(showing, [{ ...fetched, entry }]);
  }
  return ready;
}

async function fetchEntry(
  { state, media }: FileOfPost,
  { fetching, isTooMany }: { fetching: Fetching; isTooMany: boolean },
): Promise<Fetched> {
  if (!media) return { kind: "left-out", reason: "gone" };
  const isLinked = fetching.worthBytes > fetching.maxBytes;
  if (isTooMany && !isLinked) return { kind: "left-out", reason: "no-room" };
  const fetched = await fetchFile(media, fetching);
  if (fetched.kind === "left-out") return state === "saying" ? { ...fetched, reason: "chat-unsure" } : fetched;
  return isTooMany ? { kind: "left-out", reason: "no-room", kept: fetched.file } : fetched;
}

function fetchingFor({ post, workspace, parts }: Showing, until: AbortSignal): Fetching {
  const { maxFileBytes: maxBytes } = parts.poster;
  const kept = Math.min(workspace.settings.maxFileMegabytes * MEGABYTE, parts.files.quotaBytes);
  const worthBytes = addressOf(parts, workspace) === undefined ? maxBytes : Math.max(maxBytes, kept);
  return { parts: parts.files, maxBytes, worthBytes, trace: `post:${post.id}`, until };
}

/** The public address under which a workspace's files can be had from us. */
const addressOf = ({ files, publicUrl }: Showing["parts"], workspace: Showing["workspace"]): string | undefined =>
  wayOf(workspace, files.canRelay) === "relay" ? publicUrl : undefined;

interface LeftOut {
  readonly entry: FileOfPost;
  readonly reason: string;
  /** Linked to, where recipients may fetch files from us. */
  readonly kept?: PostFile;
  readonly file?: PostFile;
}

/** From now on they are named in the text instead. */
export async function leaveOut(showing: Showing, some: readonly LeftOut[]): Promise<undefined> {
  if (some.length === 0) return;
  const { parts, workspace } = showing;
  const isLinked = addressOf(parts, workspace) !== undefined;
  await parts.store.tx(async (tx) => {
    for (const { entry, file, kept = file } of some)
      if (kept && isLinked)
        await tx.postFiles.link(entry.id, randomToken(), { ...kept, expiresAt: parts.clock() + LINK_LIFE_MS });
  });
  const files = some.map(({ entry: { id }, reason }) => ({ id, state: "left-out" as const, reason }));
  await note(showing, { files });
}

/** One line for each of those left out last. */
export function notesOf({ files, parts }: Showing, words: Words): PostWords["notes"] {
  const leftOut = files.filter(({ state }) => state === "left-out").slice(-MOST_AT_ONCE);
  return leftOut.flatMap(({ media, link, ...file }) => {
    if (!media) return [];
    const text = words.say("left-out-line", { name: shortName(media.name), reason: leftOutReason(words, file) });
    const { publicUrl } = parts;
    const isOpen = link !== undefined && publicUrl !== undefined && link.expiresAt > parts.clock();
    return [
      isOpen ? { text, link: { name: words.say("post-file"), address: mediaAddress(publicUrl, link) } } : { text },
    ];
  });
}
