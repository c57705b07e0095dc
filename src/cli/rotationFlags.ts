import type { Rotation } from "../app/store/oncall.ts";
import type { Workspace } from "../app/store/workspaces.ts";
import { isDate, isTimeZone, readClock } from "../core/localMoment.ts";
import { localTime } from "../core/rotation.ts";
import { wrongInput } from "./fault.ts";

export interface RotationFlags {
  readonly json?: boolean;
  readonly members?: string;
  readonly weekly?: boolean;
  readonly daily?: boolean;
  readonly handover?: string;
  readonly timeZone?: string;
  readonly start?: string;
}

const NINE = 9 * 60;

/** When turns change; what is not given stays as it was, or is as it usually is. @throws {CliError} 2 */
export function rotationFrom(
  flags: RotationFlags,
  { former, workspace, now }: { former: Rotation | undefined; workspace: Workspace; now: number },
): Pick<Rotation, "period" | "handoverMinute" | "timeZone" | "startDate"> {
  const { weekly = false, daily = false, handover, start } = flags;
  if (weekly && daily) throw wrongInput("give --weekly or --daily, not both");
  const period = daily ? "daily" : weekly ? "weekly" : (former?.period ?? "weekly");
  const handoverMinute = handover === undefined ? (former?.handoverMinute ?? NINE) : readClock(handover);
  if (handoverMinute === undefined)
    throw wrongInput(`--handover ${handover}: must be a time of day from 00:00 to 23:59, such as 09:00`);
  const timeZone = flags.timeZone ?? former?.timeZone ?? workspace.settings.timeZone;
  if (!isTimeZone(timeZone)) throw wrongInput(`--time-zone ${timeZone}: must be a time zone such as Europe/Berlin`);
  if (start !== undefined && !isDate(start)) throw wrongInput(`--start ${start}: must be a date such as 2026-01-31`);
  return { period, handoverMinute, timeZone, startDate: start ?? former?.startDate ?? localTime(now, timeZone).date };
}
