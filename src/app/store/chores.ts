import type { Language } from "../../core/language.ts";
import type { Mention } from "../../core/richText.ts";
import type { SayTarget } from "../ports.ts";

/**
 * What an answer to somebody needs from the network, and therefore cannot be done while their message is taken in. A new kind is
 * added here, and its handler in `ChoreHandlers`.
 */
export type ChoreWork = LinkWork | ConnectWork | ExploreWork | HideWork | SearchWork | MapWork;

interface LinkWork {
  /** Finds out who somebody says they are, and sends that person a code. */
  readonly kind: "link";
  readonly attemptId: number;
  /** As typed: e-mail, id or name. */
  readonly who: string;
  /** The receipt through which a fault of the portal is told. */
  readonly slot: string;
  readonly language: Language;
  /** As shown to the person asked about. */
  readonly accountName: string;
}

/** Where somebody is answered, and in which language. */
export interface Asker {
  readonly slot: string;
  readonly target: SayTarget;
  readonly language: Language;
}

/** Tries the webhook that somebody handed over, and makes a workspace of it. */
interface ConnectWork {
  readonly kind: "connect";
  readonly asker: Asker;
  readonly userId: string;
  /** Nobody but the asker writes and reads there. */
  readonly isPrivate: boolean;
  /** The message that holds the address, where it can be deleted. */
  readonly isMessage: boolean;
  readonly address: string;
  readonly invitation?: string;
  readonly name?: string;
}

/** Finds out what a new connection can do, and tells the asker, or else the workspace's admins. */
interface ExploreWork {
  readonly kind: "explore";
  readonly workspaceId: number;
  readonly asker?: Asker;
  /** What the asker is told before the rest. */
  readonly first?: string;
}

/** Deletes a message with a webhook's address, and tells its author. */
interface HideWork {
  readonly kind: "hide";
  readonly asker: Asker;
  /** Why nothing came of the message. Absent where others could read it: then that is what its author is told. */
  readonly text?: string;
  /** A set-up code stood there too, and was ended. */
  readonly endedCode?: true;
  /** Its author has been told lately, and is not told again. */
  readonly isQuiet?: true;
}

/** Looks for people in the portal, for an administrator whom nobody else reads along with. */
export interface SearchWork {
  readonly kind: "search";
  readonly workspaceId: number;
  readonly asker: Asker;
  /** Who has to be an administrator still when the answer is there. */
  readonly userId: string;
  readonly search: string;
  readonly page: number;
  /** The command, as its sender would write it: that by which the next page is shown. */
  readonly command: string;
}

/** Looks up whose address this is, and maps an account to that person. */
export interface MapWork {
  readonly kind: "map";
  readonly workspaceId: number;
  readonly asker: Asker;
  readonly userId: string;
  readonly account: Mention;
  readonly email: string;
  /** The command, and the one that takes a mapping back, as their sender would write them. */
  readonly command: string;
  readonly unmapCommand: string;
}

export interface Chore {
  readonly id: number;
  /** Sealed at rest. Absent where no key opens it. */
  readonly work?: ChoreWork;
  readonly attempts: number;
  readonly dueAt: number;
  readonly createdAt: number;
}

export interface ChoreRepository {
  add(work: ChoreWork, now: number): Promise<number>;
  /** Oldest first. */
  due(now: number, limit: number): Promise<readonly Chore[]>;
  nextDue(): Promise<number | undefined>;
  again(id: number, dueAt: number): Promise<void>;
  /** Gone, with all that it held; false when somebody else has done it. */
  done(id: number): Promise<boolean>;
}
