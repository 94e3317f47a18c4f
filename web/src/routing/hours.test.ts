import { describe, expect, it } from 'vitest';
import { clockOf, dayNames, fromLocal, interval, minuteOf, summary, toLocal } from './hours';

describe('business hours', () => {
  it('writes minutes as times and back', () => {
    expect(clockOf(540)).toBe('09:00');
    expect(clockOf(1440)).toBe('24:00');
    expect(clockOf(1800)).toBe('06:00');
    expect(minuteOf('09:05')).toBe(545);
    expect(minuteOf('24:01')).toBeUndefined();
    expect(minuteOf('nine')).toBeUndefined();
  });
  it('lets an end before the start be on the next day', () => {
    expect(interval(1320, 360)).toEqual({ from_minute: 1320, to_minute: 1800 });
    expect(interval(540, 0)).toEqual({ from_minute: 540, to_minute: 1440 });
    expect(interval(0, 0)).toEqual({ from_minute: 0, to_minute: 1440 });
  });
  it('tells a week in a line', () => {
    const work = [{ from_minute: 540, to_minute: 1020 }];
    expect(summary({ week: [work, work, work, work, work, [{ from_minute: 600, to_minute: 840 }], []] }, 'en')).toBe(
      'Mon–Fri 09:00–17:00 · Sat 10:00–14:00',
    );
    expect(dayNames('pl')[0]).toBe('poniedziałek');
  });
  it('knows instants in another zone, over the change of clocks too', () => {
    for (const at of [Date.UTC(2026, 2, 28, 12), Date.UTC(2026, 2, 29, 12), Date.UTC(2026, 9, 25, 12), Date.UTC(2026, 6, 1, 23, 30)])
      for (const zone of ['Europe/Warsaw', 'America/New_York', 'Asia/Kolkata']) expect(fromLocal(toLocal(at, zone), zone)).toBe(at);
    expect(fromLocal('soon', 'Europe/Warsaw')).toBeUndefined();
  });
});
