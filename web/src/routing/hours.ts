/** Minutes of a day as people write them, and instants in another time zone. */
import type { HoursDoc, Lang, Ms, OpenInterval } from '../lib/types';

const DAY = 1440;
const two = (n: number) => String(n).padStart(2, '0');

/** `540` as `09:00`; the end of a day is `24:00`, and what reaches into the next day is told as its time there. */
export const clockOf = (minute: number): string =>
  minute === DAY ? '24:00' : `${two(Math.floor((minute % DAY) / 60))}:${two(minute % 60)}`;

/** `09:00` as `540`; `undefined` for what is no time. */
export function minuteOf(text: string): number | undefined {
  const found = /^(\d{1,2}):(\d{2})$/.exec(text);
  const [hour, minute] = [Number(found?.[1]), Number(found?.[2])];
  return found && minute < 60 && hour * 60 + minute <= DAY ? hour * 60 + minute : undefined;
}

/** An interval from two times of day; an end before the start is on the next day. */
export const interval = (from: number, to: number): OpenInterval => ({ from_minute: from, to_minute: to <= from ? to + DAY : to });

/** Names of the days, Monday first. */
export function dayNames(lang: Lang, style: 'long' | 'short' = 'long'): string[] {
  const format = new Intl.DateTimeFormat(lang, { weekday: style, timeZone: 'UTC' });
  // The fifth of January 2026 was a Monday.
  return Array.from({ length: 7 }, (_, i) => format.format(Date.UTC(2026, 0, 5 + i)));
}

const told = (day: readonly OpenInterval[]) => day.map((o) => `${clockOf(o.from_minute)}–${clockOf(o.to_minute)}`).join(', ');

/** A week in a line: `Mon–Fri 09:00–17:00`. */
export function summary(hours: Pick<HoursDoc, 'week'>, lang: Lang): string {
  const names = dayNames(lang, 'short');
  const runs: { from: number; to: number; text: string }[] = [];
  hours.week.forEach((day, i) => {
    const text = told(day);
    const last = runs.at(-1);
    if (last && last.text === text && last.to === i - 1) last.to = i;
    else if (text) runs.push({ from: i, to: i, text });
  });
  return runs.map((r) => `${names[r.from]}${r.to > r.from ? `–${names[r.to]}` : ''} ${r.text}`).join(' · ');
}

/** Local date and time of an instant in a zone, as an input has it. */
export function toLocal(at: Ms, zone: string): string {
  const parts = new Intl.DateTimeFormat('en', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
  }).formatToParts(at);
  const part = (type: string) => parts.find((p) => p.type === type)?.value ?? '';
  return `${part('year')}-${part('month')}-${part('day')}T${part('hour')}:${part('minute')}`;
}

/** The instant of a local date and time in a zone; of the two that an hour is given twice, the first. */
export function fromLocal(text: string, zone: string): Ms | undefined {
  const wanted = Date.parse(`${text}Z`);
  if (Number.isNaN(wanted)) return undefined;
  // The offset of the zone is not known before the instant is: two steps settle it but in the hour that does not exist.
  const offset = (at: Ms) => Date.parse(`${toLocal(at, zone)}Z`) - at;
  const first = wanted - offset(wanted);
  return wanted - offset(first);
}
