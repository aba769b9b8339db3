// Unit tests: pure core, command line. The tests in a real VS Code are started by test/host/launch.mjs.
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: { include: ["test/unit/**/*.test.ts"], pool: "threads", isolate: false, testTimeout: 20_000 },
});
