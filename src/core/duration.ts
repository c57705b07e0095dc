const UNITS = { s: 1, m: 60, h: 3_600, d: 86_400, w: 604_800 } as const;
type Unit = keyof typeof UNITS;

/** As people write units, in both languages. */
const UNIT_WORDS: ReadonlyMap<string, Unit> = new Map(
  (
    [
      ["s", ["s", "sec", "с", "сек"]],
      ["m", ["m", "min", "м", "мин"]],
      ["h", ["h", "hour", "hours", "ч", "час", "часа", "часов"]],
      ["d", ["d", "day", "days", "д", "день", "дня", "дней"]],
      ["w", ["w", "week", "weeks", "н", "нед"]],
    ] as const
  ).flatMap(([unit, words]) => words.map((word) => [word, unit] as const)),
);

const PART = /(?<count>\d{1,9})(?<unit>[a-zа-я]+)/gu;
const WHOLE = /^(?:\d{1,9}[a-zа-я]+)+$/u;

/** Seconds of `90s`, `5m`, `1h30m`, `2ч`; `undefined` when it is none. A bare number is none: nobody knows of what. */
export function readDuration(text: string): number | undefined {
  const given = text.trim().toLowerCase();
  if (given === "0") return 0;
  if (!WHOLE.test(given)) return undefined;
  let seconds = 0;
  for (const { groups } of given.matchAll(PART)) {
    const unit = UNIT_WORDS.get(groups?.unit ?? "");
    if (unit === undefined) return undefined;
    seconds += Number(groups?.count) * UNITS[unit];
  }
  return Number.isSafeInteger(seconds) ? seconds : undefined;
}

/** In the largest unit that says it exactly, as {@link readDuration} reads it. */
export function writeDuration(seconds: number): string {
  const unit = (["d", "h", "m"] as const).find((each) => seconds > 0 && seconds % UNITS[each] === 0) ?? "s";
  return `${seconds / UNITS[unit]}${unit}`;
}
