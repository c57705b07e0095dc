import { defineConfig } from "vitest/config";

/**
 * Far more than anything takes on a slow and busy machine: a wait ends as soon as what it waits for has come about, and a test that
 * waits for several things has time for each.
 */
const PATIENCE = { testTimeout: 180_000, hookTimeout: 180_000, expect: { poll: { timeout: 60_000 } } };

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          ...PATIENCE,
          name: "default",
          include: ["test/**/*.test.ts"],
          exclude: ["test/browser/**", "test/crash/**", "test/package/**"],
        },
      },
      { test: { ...PATIENCE, name: "crash", include: ["test/crash/**/*.test.ts"], testTimeout: 600_000 } },
      {
        test: {
          ...PATIENCE,
          name: "package",
          include: ["test/package/**/*.test.ts"],
          testTimeout: 600_000,
          hookTimeout: 600_000,
        },
      },
      { test: { ...PATIENCE, name: "browser", include: ["test/browser/**/*.test.ts"] } },
    ],
  },
});
