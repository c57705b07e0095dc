const NAME = /^(?=.*[^\d])[\p{L}\p{N}][\p{L}\p{N}._-]{0,62}$/u;

/** 1 to 63 letters, digits, `.`, `_` or `-`, not digits alone. */
export const isWorkspaceName = (name: string): boolean => NAME.test(name);

/**
 * A name that nothing has yet: the wanted one, else the first part of the portal's host.
 *
 * @param taken Answers whether a name is in use.
 */
export async function freeName(
  { wanted, host }: { wanted: string | undefined; host: string },
  taken: (name: string) => Promise<boolean>,
): Promise<string> {
  const label = host.split(/[.:]/u)[0] ?? "";
  const base = [wanted ?? "", label, `portal-${label}`].find(isWorkspaceName) ?? "portal";
  for (let number = 1; ; number += 1) {
    const name = number === 1 ? base : `${base.slice(0, 58)}-${number}`;
    if (!(await taken(name))) return name;
  }
}
