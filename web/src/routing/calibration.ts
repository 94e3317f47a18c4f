/** What the numbers of the calibration page mean. */
import type { CalibrationDoc, CallbackCountsDoc } from '../lib/types';

/** Fewer predictions tell nothing: half the width of the 90 % interval of a share of 0.8 is 9 points with 50. */
const FEW = 50;

/** Whether four in five were answered within what was said, as far as chance lets one tell. */
export function verdict(doc: CalibrationDoc): 'honest' | 'late' | 'early' | 'few' {
  const all = doc.answered + doc.gave_up;
  if (all < FEW) return 'few';
  // Two points are honest however many there were; with fewer predictions chance alone makes more.
  const chance = Math.max(0.02, 1.645 * Math.sqrt((0.8 * 0.2) / all));
  if (doc.coverage_p80 < 0.8 - chance) return 'late';
  return doc.coverage_p80 > 0.8 + chance ? 'early' : 'honest';
}

const COUNTS = ['offered', 'accepted', 'owed', 'kept', 'late', 'failed', 'canceled', 'joined', 'open'] as const;

/** The days of each queue and medium as one row. */
export function byQueue(days: readonly CallbackCountsDoc[]): CallbackCountsDoc[] {
  const rows = new Map<string, CallbackCountsDoc>();
  for (const day of days) {
    const key = day.queue + day.medium;
    const row = rows.get(key);
    if (row) for (const count of COUNTS) row[count] += day[count];
    else rows.set(key, { ...day, day: '' });
  }
  return [...rows.values()].sort((a, b) => b.accepted + b.owed - a.accepted - a.owed || b.offered - a.offered);
}

/** Of those whom we had to reach, the share that we reached in time. */
export function keptShare(row: CallbackCountsDoc): number | undefined {
  const over = row.kept + row.late + row.failed;
  return over ? row.kept / over : undefined;
}
