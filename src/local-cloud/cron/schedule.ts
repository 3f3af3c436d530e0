/** Which days of the year: by day of the month, or by weekday (0 = Sunday) and which one of the month it is (1 to 5). */
export type DayRule = { months: number[] } & (
  | { monthDays: number[]; weekdays?: never; ordinals?: never }
  | { weekdays: number[]; ordinals: number[]; monthDays?: never }
);

/** A schedule of cron.yaml. Times of day are minutes since midnight in the job's zone. */
export type Schedule =
  /** `minutes` after the end of the last run. */
  | { kind: 'interval'; minutes: number }
  /** Every `minutes` from one time of day to another, both included; over midnight when `to` is the earlier one. */
  | { kind: 'window'; minutes: number; from: number; to: number }
  /** Every `minutes`, counted from midnight. */
  | { kind: 'synchronized'; minutes: number }
  | { kind: 'days'; days: DayRule; time: number };
