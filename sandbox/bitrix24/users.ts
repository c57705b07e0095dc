/** Account kinds besides people; to most of them no notification can be sent. */
export type UserType =
  | "employee"
  | "extranet"
  | "bot"
  | "email"
  | "replica"
  | "__controller"
  | "imconnector"
  | "sale"
  | "saleanonymous"
  | "shop"
  | "call"
  | "document_editor"
  | "calendar_sharing"
  | "rest_system";

export interface PortalUser {
  readonly id: number;
  readonly name: string;
  readonly lastName: string;
  readonly email?: string;
  readonly active: boolean;
  readonly type?: UserType;
  /** The recipient switched these notifications off: the portal answers with a fake id and stores nothing. */
  readonly notificationsOff?: boolean;
  readonly admin?: boolean;
  readonly workPosition?: string;
  readonly mobile?: string;
  readonly departments?: readonly number[];
}

export interface Users {
  get(id: number): PortalUser | undefined;
  set(changes: Partial<PortalUser> & { readonly id: number }): void;
  /** By ascending id. */
  list(): readonly PortalUser[];
}

export const DEFAULT_USERS: readonly PortalUser[] = [
  { id: 1, name: "Ada", lastName: "Admin", email: "ada@company.example", active: true, admin: true },
  { id: 7, name: "Anna", lastName: "Orlova", email: "anna@company.example", active: true, workPosition: "Engineer" },
  { id: 8, name: "Boris", lastName: "Lang", email: "boris@company.example", active: true },
  { id: 9, name: "Dmitri", lastName: "Gone", email: "dmitri@company.example", active: false },
];

export function openUsers(initial: readonly PortalUser[]): Users {
  const users = new Map(initial.map((user) => [user.id, user]));
  return {
    get: (id) => users.get(id),
    set(changes) {
      const before = users.get(changes.id) ?? { id: changes.id, name: "", lastName: "", active: true };
      users.set(changes.id, { ...before, ...changes });
    },
    list: () => [...users.values()].sort((one, other) => one.id - other.id),
  };
}

export function typeOf(user: PortalUser): UserType {
  return user.type ?? "employee";
}

export function fullName(user: PortalUser): string {
  return `${user.name} ${user.lastName}`.trim();
}

/** People can be notified, and so can the network account `replica`; technical accounts cannot. */
export function canBeNotified(user: PortalUser): boolean {
  return user.active && ["employee", "extranet", "replica"].includes(typeOf(user));
}
