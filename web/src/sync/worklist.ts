/** How the work list sorts what an agent has to do. Pure. */
import type { AgentDoc, Id, InteractionDoc } from '../lib/types';

export interface WorkList {
  offered: InteractionDoc[];
  active: InteractionDoc[];
  waiting: InteractionDoc[];
  wrapup: InteractionDoc[];
  /** Waiting in queues that he sees, longest first. */
  queued: InteractionDoc[];
}

export function workList(
  interactions: Iterable<InteractionDoc>,
  me: Id | undefined,
  queues: readonly Id[] | 'all',
  /** Interactions that I gave away and still write notes about. */
  given: readonly Id[] = [],
): WorkList {
  const list: WorkList = { offered: [], active: [], waiting: [], wrapup: [], queued: [] };
  for (const doc of interactions) {
    const state = doc.state;
    if (state.kind === 'offered' && state.agent === me) list.offered.push(doc);
    else if (state.kind === 'active' && state.agent === me) (idle(doc) ? list.waiting : list.active).push(doc);
    else if (state.kind === 'wrapup' && state.agent === me) list.wrapup.push(doc);
    else if (given.includes(doc.id)) list.wrapup.push(doc);
    else if (state.kind === 'queued' && (queues === 'all' || queues.includes(doc.queue))) list.queued.push(doc);
  }
  list.offered.sort((a, b) => until(a) - until(b));
  list.active.sort((a, b) => (a.customer_waits ?? 0) - (b.customer_waits ?? 0));
  list.waiting.sort((a, b) => b.last_at - a.last_at);
  list.wrapup.sort((a, b) => until(a) - until(b));
  list.queued.sort((a, b) => b.priority - a.priority || a.enqueued - b.enqueued);
  return list;
}

/** It is the customer's turn; on the telephone there are no turns. */
const idle = (doc: InteractionDoc) => doc.customer_waits === null && doc.medium !== 'voice';
const until = (doc: InteractionDoc) =>
  doc.state.kind === 'offered' || doc.state.kind === 'wrapup' ? (doc.state.until ?? Infinity) : Infinity;

/** Waiting interactions: how many, and since when the first one does. */
export function waiting(interactions: Iterable<InteractionDoc>, queue?: Id): { count: number; oldest: number | undefined } {
  let count = 0;
  let oldest: number | undefined;
  for (const doc of interactions) {
    if (doc.state.kind !== 'queued' || (queue && doc.queue !== queue)) continue;
    count++;
    if (oldest === undefined || doc.enqueued < oldest) oldest = doc.enqueued;
  }
  return { count, oldest };
}

/** Units of an agent in use and in all, over all media. */
export function load(agent: AgentDoc): { used: number; wrapup: number } {
  return { used: agent.slots.length, wrapup: agent.slots.filter((s) => s.activity.kind === 'wrapup').length };
}

/** Keeps the order that is on the screen while the pointer is in the list: known ones stay where they are, new ones are counted. */
export function freeze<T extends { id: Id }>(shown: readonly Id[], now: readonly T[]): { items: T[]; fresh: number } {
  const byId = new Map(now.map((item) => [item.id, item]));
  const items = shown.map((id) => byId.get(id)).filter((item): item is T => item !== undefined);
  return { items, fresh: now.length - items.length };
}
