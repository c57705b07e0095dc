import type { Cli } from "./command.ts";

export function addServiceCommands(_cli: Cli): void {}
