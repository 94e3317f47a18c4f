/** Ringing offers: the document says until when, not since when; the first sight of an offer is close enough for its ring. */
import { clock } from '../lib/clock.svelte';
import type { InteractionDoc } from '../lib/types';
import { store } from '../sync/store.svelte';

const seen = new Map<string, number>();

export function offeredAt(doc: InteractionDoc): number {
  if (doc.state.kind !== 'offered') return clock.now;
  const queue = store.queues.get(doc.queue);
  const seconds =
    doc.medium === 'email' ? queue?.email_offer_seconds : doc.medium === 'voice' ? queue?.voice_offer_seconds : queue?.chat_offer_seconds;
  if (seconds) return doc.state.until - seconds * 1000;
  const first = seen.get(doc.state.offer) ?? Date.now();
  seen.set(doc.state.offer, first);
  return first;
}
