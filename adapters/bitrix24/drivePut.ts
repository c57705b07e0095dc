import type { DriveFile, DriveOutcome, Log } from "../../src/app/ports.ts";
import { traceFields } from "../../src/app/trace.ts";
import type { Cupboard, Shelf } from "./driveFiles.ts";
import { personLink } from "./driveLinks.ts";
import { type FileFields, later, refused, type Setback } from "./driveReplies.ts";
import { type SendParts, type Sent, sendFile, type Upload } from "./driveUpload.ts";

/** One upload, whatever number of tries it takes. */
export interface Job {
  readonly upload: Upload;
  /** In the file's name on the Drive. */
  readonly unique: string;
  /** Others may upload the same bytes for the same readers: the mark is not this job's alone. */
  readonly isShared: boolean;
  readonly wantsExternalLink: boolean;
  /** For the log. */
  readonly trace?: string;
}

export interface PutParts extends SendParts {
  readonly cupboard: Cupboard;
  readonly log: Log;
}

const ATTEMPTS = 2;

/** Uploads into a known folder, looking for what an unanswered try has left there before making another. */
export async function put(shelf: Shelf, job: Job, parts: PutParts): Promise<DriveOutcome> {
  const { cupboard, log } = parts;
  const { upload, unique } = job;
  const wanted = { unique, size: upload.size };
  await cupboard.sweep(shelf);
  const early = job.isShared ? await cupboard.find(shelf, wanted) : undefined;
  if (early) return conclude(shelf, { file: early, secrets: [] }, { job, parts });
  let last: Setback = later("NOT_TRIED", "nothing was tried");
  let isDoubtful = false;
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
    const sent = await checked(shelf, await sendFile(shelf, upload, { ...parts, signal: shelf.signal }), {
      job,
      parts,
    });
    if (sent.kind === "stored") {
      if (isDoubtful && !job.isShared) await cupboard.removeOthers(shelf, { unique, keep: sent.file.ID });
      return conclude(shelf, sent, { job, parts });
    }
    if (sent.kind !== "again") return sent;
    last = sent.setback;
    isDoubtful ||= sent.doubt;
    const about = { ...traceFields([job.trace]), workspace: shelf.workspace.id, code: last.code, attempt };
    log.warn(about, "an upload to the Drive went wrong");
    const found = sent.doubt ? await cupboard.find(shelf, wanted) : undefined;
    if (found) return conclude(shelf, { file: found, secrets: [] }, { job, parts });
  }
  if (isDoubtful && !job.isShared) cupboard.doubt(shelf.workspace, unique);
  return last;
}

interface About {
  readonly job: Job;
  readonly parts: PutParts;
}

/** The portal says what it has stored; what it cut short is of no use to anybody. */
async function checked({ workspace, signal }: Shelf, sent: Sent, { job, parts }: About): Promise<Sent> {
  if (sent.kind !== "stored") return sent;
  const { file } = sent;
  const { size } = job.upload;
  if (file.DELETED_TYPE) return refused("ERROR_NOT_FOUND", "the folder lies in the bin");
  const isTold = file.SIZE !== undefined && file.DETAIL_URL !== undefined;
  const known = isTold ? file : await parts.cupboard.get(workspace, file.ID, signal);
  if (known?.SIZE === size) return { ...sent, file: known };
  await parts.cupboard.remove(workspace, file.ID, signal);
  const setback = later("SIZE_MISMATCH", `of ${size} bytes ${known?.SIZE ?? "an unknown number"} arrived`);
  return { kind: "again", doubt: false, setback };
}

/** @param stored `secrets` are those of addresses that the portal handed out for this upload. */
async function conclude(
  { workspace, signal }: Shelf,
  stored: { file: FileFields; secrets: readonly string[] },
  { job, parts }: About,
): Promise<DriveOutcome> {
  const { cupboard, privateHosts, log } = parts;
  const { file } = stored;
  const asker = { credentials: workspace.credentials, privateHosts, given: stored.secrets };
  const detailUrl = personLink(file.DETAIL_URL ?? "", asker);
  if (detailUrl === undefined) {
    await cupboard.remove(workspace, file.ID, signal);
    return refused("DETAIL_URL", "the portal gave no address of the file that may be shown to people");
  }
  const uploaded: DriveFile = { fileId: file.ID, detailUrl };
  if (!job.wantsExternalLink) return { kind: "uploaded", file: uploaded };
  const link = await cupboard.externalLink(workspace, file.ID, signal);
  const externalUrl = link === undefined ? undefined : personLink(link, { ...asker, isPublic: true });
  if (externalUrl === undefined)
    log.warn({ ...traceFields([job.trace]), workspace: workspace.id }, "the Drive gave no public link to a file");
  return { kind: "uploaded", file: externalUrl === undefined ? uploaded : { ...uploaded, externalUrl } };
}
