/** What an agent does with an interaction. Every act answers whether it worked; a failure has been told to him. */
import { post } from '../lib/api';
import { t } from '../lib/i18n.svelte';
import { router } from '../lib/router.svelte';
import type { Id, InteractionDoc } from '../lib/types';
import { store } from '../sync/store.svelte';
import { toasts } from '../ui/toasts.svelte';

async function act(id: Id, path: string, body?: unknown): Promise<boolean> {
  try {
    store.took(await post<InteractionDoc>(`/interactions/${id}/${path}`, body ?? {}));
    return true;
  } catch (e) {
    toasts.failed(e);
    return false;
  }
}

export const open = (id: Id) => router.go(`/desk/${id}`);

export async function accept(doc: InteractionDoc): Promise<boolean> {
  if (doc.state.kind !== 'offered') return false;
  const done = await act(doc.id, 'accept', { offer: doc.state.offer });
  if (done) open(doc.id);
  return done;
}

export async function decline(doc: InteractionDoc): Promise<boolean> {
  return doc.state.kind === 'offered' && act(doc.id, 'decline', { offer: doc.state.offer });
}

export async function pull(doc: InteractionDoc): Promise<boolean> {
  const done = await act(doc.id, 'pull');
  if (done) open(doc.id);
  return done;
}

export const finish = (doc: InteractionDoc, disposition?: Id) => act(doc.id, 'finish', { disposition: disposition ?? null });

export async function wrapUp(id: Id, disposition: Id | null, note: string): Promise<boolean> {
  return act(id, 'wrap-up', { disposition, note: note.trim() || null });
}

/** Lengthens one's own wrap-up by what the queue gives. */
export const extend = (id: Id) => act(id, 'wrap-up/extend', {});

/** Asks for a wrap-up after the talk, or takes that back. */
export const requestWrapUp = (id: Id, wanted: boolean) => act(id, 'wrap-up/request', { wanted });

/** How long after the end the last agent may still say how it ended. */
const LATE_MS = 15 * 60_000;
export const wrapUpKey = (id: Id) => `okno.wrapup.${id}`;

/** Whether the wrap-up of a closed interaction is still open to him: it is optional, or its time ran out over his notes. */
export function mayWrapUpLate(doc: InteractionDoc, now: number): boolean {
  if (doc.state.kind !== 'closed' || doc.agent !== store.me?.user.id || now > doc.state.at + LATE_MS) return false;
  const optional = store.queues.get(doc.queue)?.wrapup.kind === 'optional' && doc.disposition === null;
  return optional || localStorage.getItem(wrapUpKey(doc.id)) !== null;
}

export async function transfer(id: Id, to: { queue: Id } | { agent: Id }, note: string): Promise<boolean> {
  const done = await act(id, 'transfer', { ...to, note: note.trim() || null });
  if (done) toasts.show(t('transferred'));
  return done;
}

/** Who may take a waiting interaction without an offer. */
export function mayPull(doc: InteractionDoc): boolean {
  if (doc.state.kind !== 'queued' || !store.agent) return false;
  return store.can('interaction.pull', 'all') || (store.can('interaction.pull', 'queue') && store.agent.queues.includes(doc.queue));
}

/** Whether the open interaction is mine. */
export const mine = (doc: InteractionDoc): boolean =>
  (doc.state.kind === 'active' || doc.state.kind === 'wrapup') && doc.state.agent === store.me?.user.id;

/** Who may move or end it. */
export const mayManage = (doc: InteractionDoc): boolean => mine(doc) || store.can('interaction.manage', 'queue');
