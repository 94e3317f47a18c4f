// Waiting, as the recorded world has it: who stands where, what was told, and how honest that was.
import * as world from './world.mjs';

const [support, billing] = world.queues;
const min = 60_000;
const now = Date.now();
const [waiting, mail] = world.interactions.filter((i) => i.state.kind === 'queued');

/** A caller who asked to be called, and a visitor who was told when he is answered. */
export const called = {
  ...waiting,
  id: '01920000-0000-7000-8000-0000000c0001',
  medium: 'voice',
  customer: world.customers[5].id,
  customer_name: 'John Carter',
  preview: '',
  subject: 'Call back +48221234567',
  customer_online: false,
  enqueued: now - 9 * min,
  due: now + 4 * min,
  callback: { number: '+48221234567', asked: now - 8 * min, tries: 1, next: now + min, expires: now + 600 * min, due: now + 4 * min },
};
world.interactions.push(called);
mail.promise = { why: 'closed', made: now - 40 * min, opens: now - min, due: now + 9 * min };

const wait = (low, high) => ({ p50_seconds: low * 60, p80_seconds: high * 60, p90_seconds: high * 75, sample: 240 });
export const line = (queue) => ({
  queue,
  at: now,
  open: true,
  opens: null,
  media: [],
  line: world.interactions
    .filter((i) => i.state.kind === 'queued' && i.queue === queue)
    .map((i, n) => ({ interaction: i.id, position: n + 1, wait: n ? wait(4, 7) : wait(1, 3) })),
});

const honest = (queue, medium, p80, answered, more = {}) => ({
  queue: queue.id,
  medium,
  answered,
  gave_up: 0,
  coverage_p50: p80 - 0.3,
  coverage_p80: p80,
  coverage_p90: Math.min(1, p80 + 0.1),
  in_band: 0.3,
  mean_absolute_error: 74,
  bias: -12,
  ...more,
});
export const calibration = [
  honest(support, 'voice', 0.805, 1840, { gave_up: 231 }),
  honest(support, 'chat', 0.712, 642, { gave_up: 38, bias: 65, mean_absolute_error: 131 }),
  honest(billing, 'voice', 0.93, 418, { bias: -190, mean_absolute_error: 205 }),
  honest(billing, 'email', 0.74, 23),
];
const day = (n) => new Date(now - n * 86_400_000).toISOString().slice(0, 10);
const counts = (queue, medium, ago, offered, accepted, owed, kept, late, failed, canceled, joined, open) => ({
  queue: queue.id,
  medium,
  day: day(ago),
  offered,
  accepted,
  owed,
  kept,
  late,
  failed,
  canceled,
  joined,
  open,
});
export const callbacks = [
  counts(support, 'voice', 0, 96, 14, 5, 12, 1, 0, 3, 1, 2),
  counts(support, 'chat', 0, 31, 6, 2, 6, 0, 1, 1, 0, 0),
  counts(support, 'voice', 1, 120, 22, 9, 24, 4, 2, 1, 0, 0),
  counts(billing, 'voice', 1, 44, 3, 1, 3, 0, 0, 1, 0, 0),
];
