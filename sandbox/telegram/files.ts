import { createHash } from "node:crypto";

/** Bot API, getFile: bots download files of up to 20 MB. */
export const DOWNLOAD_CAP_BYTES = 20 * 1024 * 1024;
/** Bot API, getFile: the link is guaranteed to live for at least an hour. Here it lives exactly so long. */
const LINK_LIFE_MS = 3_600_000;

export interface StoredFile {
  readonly fileId: string;
  readonly uniqueId: string;
  readonly bytes: Uint8Array;
  /** May claim more than `bytes` holds, so that a test of the cap needs no 20 MB. */
  readonly size: number;
  readonly path: string;
}

export interface FileStore {
  add(file: { bytes: Uint8Array; folder: string; extension: string; size?: number | undefined }): StoredFile;
  find(fileId: string): StoredFile | undefined;
  /** Makes the file downloadable for an hour from `now` (epoch ms). */
  openLink(file: StoredFile, now: number): string;
  /** The file behind a link that has not run out. */
  follow(path: string, now: number): StoredFile | undefined;
}

export function openFiles(): FileStore {
  const byId = new Map<string, StoredFile>();
  const links = new Map<string, { readonly file: StoredFile; readonly until: number }>();
  return {
    add({ bytes, folder, extension, size }) {
      const number = byId.size;
      const digest = createHash("sha256").update(bytes).update(folder).digest("base64url");
      const file: StoredFile = {
        fileId: `AgAC${number}_${digest.slice(0, 40)}`,
        uniqueId: `AQAD${digest.slice(0, 12)}`,
        bytes,
        size: size ?? bytes.length,
        path: `${folder}/file_${number}${extension}`,
      };
      byId.set(file.fileId, file);
      return file;
    },
    find: (fileId) => byId.get(fileId),
    openLink(file, now) {
      links.set(file.path, { file, until: now + LINK_LIFE_MS });
      return file.path;
    },
    follow(path, now) {
      const link = links.get(path);
      return link && now < link.until ? link.file : undefined;
    },
  };
}
