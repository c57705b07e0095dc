import type { PostOutcome } from "./poster.ts";
import { leaveOut, type Ready } from "./postFiles.ts";
import { isKnown } from "./postIds.ts";
import { AGAIN_MS, type Failure, failed, isRepeatable, note, type Showing, sayingOf } from "./postShowing.ts";
import type { PostView } from "./postView.ts";
import type { FileChange } from "./store/postFiles.ts";

/** Files of one message. */
type Piece = readonly [Ready, ...Ready[]];

interface Apart {
  readonly ready: readonly Ready[];
  readonly view: PostView;
  /** The message that they belong to, where it was said some time ago. */
  readonly replyTo: string | undefined;
}

/** Files that go in messages of their own, once each: whatever interrupts, the next try goes on behind the last that was said. */
export async function sayFiles(showing: Showing, apart: Apart): Promise<Failure | undefined> {
  for (const piece of piecesOf(showing, apart.ready)) {
    const failure = await sayPiece(showing, piece, apart);
    if (failure) return failure;
  }
  return undefined;
}

/** What was being said comes first, and by itself: only the very same message is known as a repetition. */
function piecesOf(showing: Showing, ready: readonly Ready[]): readonly Piece[] {
  const states = new Map(showing.files.map(({ id, state }) => [id, state]));
  return (["saying", "waiting"] as const).flatMap((state) => {
    const some = ready.filter(({ entry }) => states.get(entry.id) === state);
    const messages = showing.parts.poster.arrange({ text: [], files: some.map(({ file }) => file) });
    return messages.flatMap(({ files }): Piece[] => {
      const [first, ...others] = some.filter(({ file }) => files.includes(file));
      return first ? [[first, ...others]] : [];
    });
  });
}

/** What was to be posted with the text, and was refused with it, waits anew and has no time of its own. */
const sinceOf = (showing: Showing, [{ entry }]: Piece): number => {
  const known = showing.files.find(({ id }) => id === entry.id);
  return known?.state === "saying" ? (known.since ?? showing.parts.clock()) : showing.parts.clock();
};

async function sayPiece(showing: Showing, piece: Piece, apart: Apart): Promise<Failure | undefined> {
  const { post, parts } = showing;
  const since = sinceOf(showing, piece);
  const to = (change: Omit<FileChange, "id">) => piece.map(({ entry: { id } }) => ({ id, ...change }));
  await note(showing, { at: "posting", files: to({ state: "saying", since }) });
  const message = { text: [], files: piece.map(({ file }) => file) };
  const view = { ...apart.view, buttons: [], silent: true };
  const saying = sayingOf(showing, { message, view, name: `file/${piece[0].entry.id}/${since}` });
  const reply = apart.replyTo === undefined ? {} : { replyTo: apart.replyTo };
  const outcome = await parts.poster.post(post, { ...saying, ...reply });
  if (outcome.kind === "later" || outcome.kind === "gone" || outcome.kind === "impossible")
    await note(showing, { at: "posted", files: to({ state: "waiting" }) });
  return settle(showing, { piece, since, apart }, outcome);
}

async function settle(
  showing: Showing,
  { piece, since, apart }: { piece: Piece; since: number; apart: Apart },
  outcome: PostOutcome,
): Promise<Failure | undefined> {
  switch (outcome.kind) {
    case "done": {
      const [first = ""] = outcome.messageIds;
      const files = piece.map(({ entry: { id } }, index) => {
        const messageId = outcome.messageIds[index] ?? first;
        return { id, state: "said" as const, ...(isKnown(messageId) ? { messageId } : {}) };
      });
      await note(showing, { at: "posted", files });
      return undefined;
    }
    case "unknown":
      if (isRepeatable(showing, since)) return { kind: "later", afterMs: AGAIN_MS, reason: outcome.reason };
      return leaveOut(
        showing,
        piece.map((ready) => ({ ...ready, reason: "chat-unsure" })),
      );
    case "later":
      return outcome;
    case "gone":
      return failed(outcome);
    case "impossible":
      return refused(showing, piece, apart);
    default:
      return outcome satisfies never;
  }
}

/** One that is not welcome must not keep out those beside it. */
async function refused(showing: Showing, piece: Piece, apart: Apart): Promise<Failure | undefined> {
  if (piece.length === 1)
    return leaveOut(
      showing,
      piece.map((ready) => ({ ...ready, reason: "chat-refused" })),
    );
  for (const one of piece) {
    const failure = await sayPiece(showing, [one], apart);
    if (failure) return failure;
  }
  return undefined;
}
