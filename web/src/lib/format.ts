/** Times, sizes and numbers in the reader's language. `Intl` only. */

const cache = new Map<string, Intl.DateTimeFormat>();
function format(lang: string, kind: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `${lang} ${kind}`;
  let made = cache.get(key);
  if (!made) cache.set(key, (made = new Intl.DateTimeFormat(lang, options)));
  return made;
}

/** `0:05`, `12:40`, `3:02:11`; longer than a day: `2 d 4 h` by the caller's own words. */
export function duration(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const h = Math.floor(seconds / 3600);
  const m = Math.floor((seconds % 3600) / 60);
  const s = String(seconds % 60).padStart(2, '0');
  return h ? `${h}:${String(m).padStart(2, '0')}:${s}` : `${m}:${s}`;
}

const UNITS: [Intl.RelativeTimeFormatUnit & ('day' | 'hour' | 'minute' | 'second'), number][] = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
  ['second', 1000],
];

/** A span in one unit: `3 h`, `2 д`, `5 min`. */
export function span(lang: string, ms: number): string {
  const [unit, size] = UNITS.find(([, size]) => Math.abs(ms) >= size) ?? ['second', 1000];
  return new Intl.NumberFormat(lang, { style: 'unit', unit, unitDisplay: 'short', maximumFractionDigits: 0 }).format(Math.trunc(ms / size));
}

/** `14:05`. */
export const time = (lang: string, at: number) => format(lang, 'time', { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }).format(at);
/** `22 Nov 2026, 14:05`. */
export const dateTime = (lang: string, at: number) =>
  format(lang, 'full', { day: 'numeric', month: 'short', year: 'numeric', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }).format(
    at,
  );
/** `22 Nov`, with the year if it is not this one. */
export function date(lang: string, at: number, now: number): string {
  const same = new Date(at).getFullYear() === new Date(now).getFullYear();
  return format(lang, same ? 'day' : 'dayYear', { day: 'numeric', month: 'short', ...(same ? {} : { year: 'numeric' }) }).format(at);
}

/** The heading of a day in a conversation: today, yesterday, Monday 3 November. */
export function day(lang: string, at: number, now: number): string {
  const days = Math.round((midnight(at) - midnight(now)) / 86_400_000);
  if (days === 0 || days === -1) return capital(new Intl.RelativeTimeFormat(lang, { numeric: 'auto' }).format(days, 'day'));
  const same = new Date(at).getFullYear() === new Date(now).getFullYear();
  return capital(
    format(lang, same ? 'heading' : 'headingYear', {
      weekday: 'long',
      day: 'numeric',
      month: 'long',
      ...(same ? {} : { year: 'numeric' }),
    }).format(at),
  );
}

export const midnight = (at: number) => new Date(at).setHours(0, 0, 0, 0);
const capital = (text: string) => text.charAt(0).toLocaleUpperCase() + text.slice(1);

/** For lists: the time if it was today, else the date. */
export const brief = (lang: string, at: number, now: number) => (midnight(at) === midnight(now) ? time(lang, at) : date(lang, at, now));

/** `340 kB`, `1.2 MB`; never less than one. */
export function bytes(lang: string, size: number): string {
  const large = size >= 1_000_000;
  const value = large ? size / 1_000_000 : Math.max(1, size / 1000);
  const options = {
    style: 'unit',
    unit: large ? 'megabyte' : 'kilobyte',
    unitDisplay: 'short',
    maximumFractionDigits: large ? 1 : 0,
  } as const;
  return new Intl.NumberFormat(lang, options).format(value);
}

export const number = (lang: string, value: number, digits = 0) =>
  new Intl.NumberFormat(lang, { maximumFractionDigits: digits, minimumFractionDigits: 0 }).format(value);

/** Up to two initials for an avatar. */
export function initials(name: string): string {
  const words = name
    .replace(/[^\p{L}\p{N} ]/gu, ' ')
    .trim()
    .split(/\s+/)
    .filter(Boolean);
  const [first = '?', last = ''] = [words[0]?.[0], words.length > 1 ? words[words.length - 1]?.[0] : ''];
  return (first + last).toLocaleUpperCase();
}

/** How much of a deadline is left, as a share of the whole, between 0 and 1. */
export const share = (now: number, from: number, until: number) =>
  until <= from ? 0 : Math.min(1, Math.max(0, (until - now) / (until - from)));
