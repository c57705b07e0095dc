import type { CommandName } from "../core/command.ts";
import type { RichText } from "../core/richText.ts";
import { ack } from "./ackCommand.ts";
import { type Command, tell } from "./command.ts";
import { forward } from "./forwardCommand.ts";
import { muteText } from "./muteCommand.ts";
import { oncallText } from "./oncallCommand.ts";
import { quietText } from "./quietCommand.ts";
import { rulesText } from "./rulesCommand.ts";

export type AlertCommandName = Extract<CommandName, "ack" | "forward" | "mute" | "oncall" | "quiet" | "rules">;

/** Commands about alerts and who is told of them. */
export async function alertCommand(
  command: Command,
  { name, rest }: { readonly name: AlertCommandName; readonly rest: RichText },
): Promise<void> {
  const { tx, message, parts } = command;
  const say = (text: string): Promise<void> => tell(tx, message, { text }, parts);
  switch (name) {
    case "ack":
      return ack(command, rest);
    case "forward":
      return forward(command, rest);
    case "mute":
      return say(await muteText(command, rest));
    case "oncall":
      return say(await oncallText(command, rest));
    case "quiet":
      return say(await quietText(command, rest));
    case "rules":
      return say(await rulesText(command, rest));
    default:
      return name satisfies never;
  }
}
