/** What a log may say of any failure: messages of foreign errors may hold addresses with credentials, or texts of people. */
export const errorName = (error: unknown): string => (error instanceof Error ? error.name : "unknown");

/** With its message: only of failures that quote neither, as those of our own code and of the database engine. */
export const errorLine = (error: unknown): string =>
  error instanceof Error ? `${error.name}: ${error.message}` : "unknown";
