import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: "default",
          include: ["test/**/*.test.ts"],
          exclude: ["test/browser/**", "test/crash/**", "test/package/**"],
          testTimeout: 20_000,
          hookTimeout: 20_000,
        },
      },
      { test: { name: "crash", include: ["test/crash/**/*.test.ts"], testTimeout: 600_000, hookTimeout: 60_000 } },
      { test: { name: "package", include: ["test/package/**/*.test.ts"], testTimeout: 240_000, hookTimeout: 240_000 } },
      { test: { name: "browser", include: ["test/browser/**/*.test.ts"], testTimeout: 60_000, hookTimeout: 60_000 } },
    ],
  },
});
