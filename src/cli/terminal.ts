import type { Words } from "../app/ports.ts";
import type { CliHost } from "./context.ts";
import { wrongInput } from "./fault.ts";

/** Somebody at a terminal. Every question throws when it is cancelled by Ctrl-C, or when the terminal goes away. */
export interface Terminal {
  begin(title: string): void;
  end(line: string): void;
  tell(kind: "info" | "success" | "error", line: string): void;
  /** Not shown while it is typed; empty when nothing was. */
  secret(message: string): Promise<string>;
  /** @param check What is wrong with the answer; undefined when nothing is. */
  line(question: {
    message: string;
    initialValue?: string;
    check: (text: string) => string | undefined;
  }): Promise<string>;
  choose<Value extends string>(question: Choice<Value>): Promise<Value>;
  /** No unless answered otherwise. */
  agree(message: string): Promise<boolean>;
}

interface Choice<Value extends string> {
  readonly message: string;
  readonly options: readonly { readonly value: Value; readonly label: string }[];
  readonly initialValue: Value;
}

export async function openTerminal(
  { stdin: input, stdout: output }: Pick<CliHost, "stdin" | "stdout">,
  { say }: Pick<Words, "say">,
): Promise<Terminal> {
  // Loaded here, so that commands that ask nothing start without it.
  const prompts = await import("@clack/prompts");
  const gone = new AbortController();
  for (const event of ["end", "close"]) input.once(event, () => gone.abort());
  const streams = { input, output, signal: gone.signal };
  const given = <T>(answer: T): Exclude<T, symbol> => {
    if (prompts.isCancel(answer)) throw wrongInput(say("init-cancelled"));
    return answer as Exclude<T, symbol>;
  };
  return {
    begin: (title) => prompts.intro(title, { output }),
    end: (text) => prompts.outro(text, { output }),
    tell: (kind, text) => prompts.log[kind](text, { output }),
    secret: async (message) => (given(await prompts.password({ message, ...streams })) ?? "").trim(),
    line: async ({ message, initialValue, check }) => {
      const initial = initialValue === undefined ? {} : { initialValue };
      const validate = (text: string | undefined) => check((text ?? "").trim());
      return (given(await prompts.text({ message, ...initial, validate, ...streams })) ?? "").trim();
    },
    choose: async (question) => {
      const options = question.options.map(({ value, label }) => ({ value: value as string, label }));
      const chosen = given(await prompts.select<string>({ ...question, options, ...streams }));
      return question.options.find(({ value }) => value === chosen)?.value ?? question.initialValue;
    },
    agree: async (message) => given(await prompts.confirm({ message, initialValue: false, ...streams })),
  };
}
