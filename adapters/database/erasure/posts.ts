import { ERASED_FILE } from "../../../src/app/store/postFiles.ts";
import { fileOfPost } from "../postFiles.ts";
import type { Sqlite } from "../sqlite.ts";
import { type Erasing, opened, renamed } from "./alerting.ts";
import { patternOf } from "./identity.ts";

interface FileRow {
  readonly id: number;
  readonly uid: string;
  readonly incident: number;
  readonly state: string;
  readonly file: Buffer;
  readonly name: string | null;
}

export interface ErasedFiles {
  /** Incidents whose posts carry, or name, a file of theirs. */
  readonly incidents: readonly number[];
  /** Contents that were to be had by links, which have ended. */
  readonly contents: readonly string[];
}

/** Files of posts: of incidents that lost their text all that is known of them goes, of others what they brought or what names them. */
export function eraseInPostFiles(client: Sqlite, erasing: Erasing, blanked: readonly number[]): ErasedFiles {
  const given = { blanked: JSON.stringify(blanked) };
  const contents = client.prepare<unknown[], string>(
    `select sha256 from post_files where ${OF_BLANKED} and sha256 is not null`,
  );
  const ended = contents.pluck().all(given);
  client.prepare(`delete from post_files where ${OF_BLANKED} and state <> 'said'`).run(given);
  client.prepare(`update post_files set file = null where ${OF_BLANKED}`).run(given);
  const rows = client
    .prepare<[number], FileRow>(
      `select f.id, f.uid, p.incident_id as incident, f.state, f.file, f.name from post_files f join posts p on p.id = f.post_id
       where p.workspace_id = ? and f.file is not null`,
    )
    .all(erasing.identity.workspaceId);
  const theirs = rows.filter((row) => eraseInFile(client, erasing, row));
  return { incidents: theirs.map(({ incident }) => incident), contents: ended };
}

const OF_BLANKED = `post_id in (select id from posts where incident_id in (select value from json_each(@blanked)))`;

/** One that was said is taken from the chat with the post's next edit; of one that was not, the name alone goes. */
function eraseInFile(client: Sqlite, { sealer, identity, pseudonym }: Erasing, row: FileRow): boolean {
  const pattern = patternOf(identity);
  const place = fileOfPost(row.uid);
  const former = opened(sealer, place, row.file);
  if (former === undefined || former.search(pattern) < 0) return false;
  if (row.state === "said")
    client.prepare("update post_files set file = null, reason = ? where id = ?").run(ERASED_FILE, row.id);
  else {
    const file = sealer.seal(place, JSON.stringify(renamed(JSON.parse(former), pattern, pseudonym)));
    const name = row.name === null ? null : row.name.replace(pattern, pseudonym);
    client.prepare("update post_files set file = ?, name = ? where id = ?").run(file, name, row.id);
  }
  return true;
}

/** What chats show of these is edited by the service, as soon as it notices; answers how many posts that concerns. */
export function followErased(client: Sqlite, incidents: Iterable<number>, now: number): number {
  const version = client.prepare("update incidents set version = version + 1 where id = ?");
  const follow = client.prepare(
    `update posts set version = (select version from incidents where id = posts.incident_id), attempts = 0, due_at = ?
     where incident_id = ? and post <> 'gone'`,
  );
  // What was not said yet has nothing left to say.
  const drop = client.prepare(
    `update posts set shown_version = version where incident_id = ? and post = 'none'
     and incident_id in (select id from incidents where alert is null)`,
  );
  const shown = client
    .prepare<[number], number>("select count(*) from posts where incident_id = ? and post in ('posting', 'posted')")
    .pluck();
  let posts = 0;
  for (const incident of new Set(incidents)) {
    version.run(incident);
    follow.run(now, incident);
    drop.run(incident);
    posts += shown.get(incident) ?? 0;
  }
  return posts;
}
