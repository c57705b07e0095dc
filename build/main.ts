import { rmSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "./bundle.ts";
import { writePackage } from "./package.ts";

const dist = join(ROOT, "dist");
rmSync(dist, { recursive: true, force: true });
await writePackage(dist);
console.log(`${dist} is the package: npm pack ./dist`);
