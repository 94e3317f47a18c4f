import { expect, test } from 'vitest';
import type { CalibrationDoc, CallbackCountsDoc } from '../lib/types';
import { byQueue, keptShare, verdict } from './calibration';

const doc = (coverage_p80: number, answered: number, gave_up = 0): CalibrationDoc => ({
  queue: 'q',
  medium: 'chat',
  answered,
  gave_up,
  coverage_p50: 0.5,
  coverage_p80,
  coverage_p90: 0.9,
  in_band: 0.3,
  mean_absolute_error: 60,
  bias: 0,
});

test('a share is judged only as far as chance lets one tell', () => {
  expect(verdict(doc(0.8, 49))).toBe('few');
  expect(verdict(doc(0.72, 40, 20))).toBe('honest');
  expect(verdict(doc(0.72, 5000))).toBe('late');
  expect(verdict(doc(0.79, 50_000))).toBe('honest');
  expect(verdict(doc(0.9, 400))).toBe('early');
});

test('days become one row per queue and medium, the most wanted first', () => {
  const day = (queue: string, day: string, kept: number, late: number): CallbackCountsDoc => ({
    queue,
    medium: 'voice',
    day,
    offered: 10,
    accepted: kept + late,
    owed: 0,
    kept,
    late,
    failed: 0,
    canceled: 0,
    joined: 0,
    open: 0,
  });
  const days = [day('b', '2027-01-18', 1, 0), day('a', '2027-01-18', 3, 1), day('a', '2027-01-17', 2, 2)];
  const rows = byQueue(days);
  expect(rows.map((row) => [row.queue, row.offered, row.kept, row.late])).toEqual([
    ['a', 20, 5, 3],
    ['b', 10, 1, 0],
  ]);
  expect(keptShare(rows[0]!)).toBe(5 / 8);
  expect(days[1]!.offered).toBe(10);
  expect(keptShare({ ...rows[0]!, kept: 0, late: 0 })).toBeUndefined();
});
