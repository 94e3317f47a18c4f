/** Where those stand who wait, and how much longer they presumably wait: asked for while anybody does, as often as they are told themselves. */
import { get } from '../lib/api';
import { t } from '../lib/i18n.svelte';
import type { Id, InteractionDoc, QueueWaitDoc, WaitDoc } from '../lib/types';
import { store } from '../sync/store.svelte';

const EVERY = 15_000;
/** After somebody came or went, so that a crowd is one question. */
const SOON = 1_000;
/** Queues of one look: who has more sees the others in their turn. */
const QUEUES = 8;

export interface Standing {
  position: number;
  wait?: WaitDoc | null;
}

/** A wait as the customer is told it: "about 4–7 min". */
export function band(wait: WaitDoc): string {
  const low = Math.floor(wait.p50_seconds / 60);
  const high = Math.max(low + 1, Math.ceil(wait.p80_seconds / 60));
  return high <= 1 ? t('wait-soon') : t('wait-band', { low, high });
}

class Waits {
  of = $state.raw<ReadonlyMap<Id, Standing>>(new Map());
  #turn = 0;

  /** Follows the queues of those who wait in my sight; ends with the returned function. */
  follow(queued: () => readonly InteractionDoc[]): () => void {
    let stopped = false;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const look = async () => {
      clearTimeout(timer);
      const queues = [...new Set(queued().map((doc) => doc.queue))].sort();
      const from = queues.length > QUEUES ? (this.#turn++ * QUEUES) % queues.length : 0;
      const found = new Map(queues.length > QUEUES ? this.of : []);
      for (const queue of [...queues, ...queues].slice(from, from + Math.min(QUEUES, queues.length))) {
        // Without an answer nothing is shown: an old place is no place.
        const waits = await get<QueueWaitDoc>(`/queues/${queue}/wait`).catch(() => undefined);
        if (stopped) return;
        for (const one of waits?.line ?? []) found.set(one.interaction, one);
      }
      this.of = found;
      if (!stopped && queues.length) timer = setTimeout(() => void look(), EVERY);
    };
    const moved = () => {
      if (stopped) return;
      clearTimeout(timer);
      timer = setTimeout(() => void look(), SOON);
    };
    const off = (['interaction.queued', 'interaction.assigned', 'interaction.closed'] as const).map((event) => store.on(event, moved));
    off.push(store.onSnapshot(moved));
    void look();
    return () => {
      stopped = true;
      clearTimeout(timer);
      for (const end of off) end();
    };
  }
}

export const waits = new Waits();
