/** The form of a queue: what the administrator edits, and what a new queue starts with. */
import type { Id, QueueDoc, Strategy } from '../../lib/types';

export type Form = Omit<QueueDoc, 'id' | 'archived'>;
/** The words for what the server found wrong with a field. */
export type Wrong = (field: string) => string | undefined;

/** What a new queue starts with is what the server would take too; shown, so that nobody has to guess. */
export const START: Form = {
  name: '',
  strategy: 'longest_idle',
  priority: 5,
  ageing_seconds: 60,
  skills: [],
  chat_offer_seconds: 45,
  email_offer_seconds: 600,
  voice_offer_seconds: 20,
  no_answer_delay_seconds: 30,
  decline_delay_seconds: 60,
  busy_delay_seconds: 30,
  wrapup: { kind: 'timed', seconds: 60 },
  wrapup_extensions: 3,
  wrapup_extension_seconds: 60,
  reserve: 0,
  answer_within_seconds: 3600,
  overflows: [],
  hours: null,
  closed: { kind: 'promise' },
  closing: { sweep: { kind: 'serve' } },
  full: null,
  empty: null,
  order: 'priority_then_age',
  score: { base: 50, per_minute_by_priority: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10] },
  weight: 1,
  skills_mode: 'all',
  delay_seconds: 0,
  tiers: [],
  rings: [],
  rings_survive_transfer: false,
  ring_seconds: 10,
  preferred_seconds: 30,
  window: 'shift',
  announce: { position: { kind: 'yes' }, only_up: true },
  recovery: { after_seconds: 5, quiet_seconds: 300 },
};

export function draft(doc: QueueDoc | undefined): Form {
  if (!doc) return structuredClone(START);
  const { id: _id, archived: _archived, ...rest } = structuredClone(doc);
  return rest;
}

/** In the order in which the list shows them, by what they look at. */
export const STRATEGIES: readonly { group: 'time' | 'load' | 'list' | 'skill' | 'many' | 'self'; of: readonly Strategy[] }[] = [
  { group: 'time', of: ['longest_idle', 'least_recent'] },
  { group: 'load', of: ['fewest_contacts', 'least_talk_time', 'least_occupied'] },
  { group: 'list', of: ['round_robin', 'linear', 'random', 'weighted_random'] },
  { group: 'skill', of: ['skill_rank', 'best_available_skills', 'bullseye', 'preferred_then_pool'] },
  { group: 'many', of: ['ring_all', 'ring_progressively'] },
  { group: 'self', of: ['pull'] },
];

/** These count over a stretch of time. */
export const counts = (strategy: Strategy): boolean => ['fewest_contacts', 'least_talk_time', 'least_occupied'].includes(strategy);

/** Other queues that something may be sent to. */
export const others = (all: readonly QueueDoc[], self: Id | undefined): QueueDoc[] => all.filter((q) => q.id !== self && !q.archived);
