import type { Cli } from "./command.ts";

export function addUpkeepCommands(_cli: Cli): void {}
