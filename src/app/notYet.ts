/** What this row of the inbox asks about is just coming about: it is dealt with again in a moment, and nobody is told. */
export class NotYetError extends Error {
  override readonly name = "NotYetError";
}
