import type { Language } from "../../core/language.ts";

/**
 * What an answer to somebody needs from the network, and therefore cannot be done while their message is taken in. A new kind is
 * added here, and its handler in `ChoreHandlers`.
 */
export type ChoreWork = {
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
};

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
