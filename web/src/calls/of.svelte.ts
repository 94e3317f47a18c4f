/** The calls and recordings of one conversation, kept current by events. */
import { get } from '../lib/api';
import type { CallDoc, Id, RecordingDoc } from '../lib/types';
import { store } from '../sync/store.svelte';

export class CallsOf {
  calls = $state.raw<readonly CallDoc[]>([]);
  recordings = $state.raw<readonly RecordingDoc[]>([]);
  readonly #interaction: Id;

  constructor(interaction: Id) {
    this.#interaction = interaction;
  }

  /** Loads and listens; for `$effect`. */
  watch = () => {
    void this.load();
    const stops = [
      store.on('call.changed', ({ data }) => this.#call(data)),
      store.on('recording.changed', ({ data }) => this.#recording(data)),
      store.onSnapshot(() => void this.load()),
    ];
    return () => stops.forEach((stop) => stop());
  };

  async load() {
    const found = await get<{ calls: CallDoc[]; recordings: RecordingDoc[] }>(`/interactions/${this.#interaction}/calls`).catch(() => null);
    if (!found) return;
    this.calls = found.calls ?? [];
    this.recordings = found.recordings ?? [];
  }

  of = (call: Id): RecordingDoc[] => this.recordings.filter((r) => r.call === call);

  #call(doc: CallDoc) {
    if (doc.interaction === this.#interaction) this.calls = put(this.calls, doc);
  }
  #recording(doc: RecordingDoc) {
    const ours = doc.interaction === this.#interaction || this.calls.some((c) => c.id === doc.call);
    if (ours && store.can('recording.listen')) this.recordings = put(this.recordings, doc);
  }
}

const put = <T extends { id: Id; started: number }>(list: readonly T[], doc: T): T[] =>
  [...list.filter((one) => one.id !== doc.id), doc].sort((a, b) => a.started - b.started);
