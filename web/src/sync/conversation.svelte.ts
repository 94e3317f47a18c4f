/** One opened interaction: its messages, its customer, and what is on its way. */
import { get, post, Problem, query } from '../lib/api';
import type {
  Address,
  AttachmentDoc,
  CustomerDoc,
  DecisionDoc,
  EventFrame,
  Id,
  InteractionDoc,
  InteractionView,
  MatchDoc,
  MessageDoc,
  Page,
  SegmentDoc,
} from '../lib/types';
import { seenBy } from './offers';

/** A message of ours that the server has not answered yet. */
export interface Pending {
  client_id: string;
  kind: 'outbound' | 'note';
  text: string;
  attachments: AttachmentDoc[];
  to?: Address[];
  cc?: Address[];
  subject?: string;
  at: number;
  error?: string;
}

const PAGE = 50;

export class Conversation {
  readonly id: Id;
  #doc = $state.raw<InteractionDoc>();
  messages = $state.raw<readonly MessageDoc[]>([]);
  pending = $state.raw<readonly Pending[]>([]);
  segments = $state.raw<readonly SegmentDoc[]>([]);
  decisions = $state.raw<readonly DecisionDoc[]>([]);
  customer = $state.raw<CustomerDoc | null>(null);
  matches = $state.raw<readonly MatchDoc[]>([]);
  /** Who types now, and what the customer has typed so far, if the channel tells. */
  typing = $state.raw<{ who: string; text: string; at: number }>();
  more = $state(false);
  loading = $state(true);
  loadingOlder = $state(false);
  error = $state.raw<Problem>();
  /** Where unsent messages are kept: of one user, because another one may sign in at this desk. */
  readonly #kept: string;
  readonly #user: Id;
  #resending = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(id: Id, doc?: InteractionDoc, user: Id = '') {
    this.id = id;
    this.#user = user;
    this.doc = doc;
    this.#kept = `okno.unsent.${user}.${id}`;
    this.pending = unsent(this.#kept);
  }

  /** As whoever sits here sees it. */
  get doc(): InteractionDoc | undefined {
    return this.#doc;
  }
  set doc(doc: InteractionDoc | undefined) {
    this.#doc = doc && seenBy(doc, this.#user);
  }

  /** Fetches everything; also used after a gap of the event stream. */
  async load() {
    this.error = undefined;
    try {
      const [view, page] = await Promise.all([
        get<InteractionView>(`/interactions/${this.id}`),
        get<Page<MessageDoc>>(query(`/interactions/${this.id}/messages`, { limit: PAGE })),
      ]);
      this.doc = view.interaction;
      this.segments = view.segments;
      this.customer = view.customer;
      this.matches = view.matches;
      this.more = (page.items[0]?.number ?? 1) > 1;
      this.messages = page.items;
      for (const message of page.items) this.#arrived(message);
    } catch (e) {
      this.error = e as Problem;
    } finally {
      this.loading = false;
    }
    this.decisions = (await get<Page<DecisionDoc>>(`/interactions/${this.id}/decisions`).catch(() => ({ items: [] }))).items;
  }

  async older() {
    const first = this.messages[0];
    if (!first || !this.more || this.loadingOlder) return;
    this.loadingOlder = true;
    try {
      const page = await get<Page<MessageDoc>>(query(`/interactions/${this.id}/messages`, { before: first.number, limit: PAGE }));
      this.messages = merge(this.messages, page.items);
      this.more = (page.items[0]?.number ?? 1) > 1;
    } finally {
      this.loadingOlder = false;
    }
  }

  apply(event: EventFrame) {
    switch (event.type) {
      case 'message.created':
      case 'message.changed':
        if (event.data.interaction !== this.id) return;
        // Before the first page has come, the page will bring it.
        if (!this.loading) this.messages = merge(this.messages, [event.data]);
        this.#arrived(event.data);
        return;
      case 'interaction.decided':
        if (event.data.interaction === this.id) this.decisions = [...this.decisions, event.data.decision];
        return;
      case 'customer.changed':
        if (event.data.id === (this.doc?.customer ?? this.customer?.id)) this.customer = event.data;
        return;
      case 'match.changed':
        if (event.data.customer === this.doc?.customer) this.matches = [...this.matches.filter((m) => m.id !== event.data.id), event.data];
        return;
      default:
        if (!event.type.startsWith('interaction.') || (event.data as InteractionDoc).id !== this.id) return;
        this.doc = event.data as InteractionDoc;
        if (event.type !== 'interaction.changed') this.#segmentsChanged();
    }
  }

  /** Segments have no events of their own: they move with the state. */
  #segmentsChanged() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(async () => {
      const view = await get<InteractionView>(`/interactions/${this.id}`).catch(() => undefined);
      if (!view) return;
      this.segments = view.segments;
      this.customer = view.customer;
      this.matches = view.matches;
    }, 500);
  }

  /** The server has this message: its optimistic copy goes. */
  #arrived(message: MessageDoc) {
    if (message.client_id && this.pending.length) this.discard(message.client_id);
    if (message.kind === 'inbound') this.typing = undefined;
  }

  /** Sends, or sends again with the same id: the server takes a repeat for the same message. */
  async send(message: Pending) {
    // A repeat keeps its place: what was written first is read first.
    const again = { ...message, error: undefined };
    const at = this.pending.findIndex((p) => p.client_id === message.client_id);
    this.pending = at < 0 ? [...this.pending, again] : this.pending.with(at, again);
    this.#keep();
    const { client_id, kind, text, attachments, to, cc, subject } = message;
    try {
      const doc = await post<MessageDoc>(
        `/interactions/${this.id}/messages`,
        { client_id, kind, text, attachments: attachments.map((a) => a.id), to, cc, subject },
        { key: client_id },
      );
      this.messages = merge(this.messages, [doc]);
      this.#arrived(doc);
    } catch (e) {
      const why = e instanceof Problem ? e : new Problem({ status: 0, code: 'offline' });
      this.pending = this.pending.map((p) =>
        p.client_id === client_id ? { ...p, error: why.code === 'offline' ? 'offline' : why.message } : p,
      );
      this.#keep();
    }
  }

  /** Sends what found no server, in the order it was written. The server knows a repeat by its id. */
  async resend() {
    if (this.#resending) return;
    this.#resending = true;
    try {
      for (const message of this.pending.filter((p) => p.error === 'offline')) {
        await this.send(message);
        if (this.pending.some((p) => p.client_id === message.client_id)) return;
      }
    } finally {
      this.#resending = false;
    }
  }

  discard(client_id: string) {
    this.pending = this.pending.filter((p) => p.client_id !== client_id);
    this.#keep();
  }

  /** What is on its way survives a reload of the page. */
  #keep() {
    try {
      if (this.pending.length) sessionStorage.setItem(this.#kept, JSON.stringify(this.pending));
      else sessionStorage.removeItem(this.#kept);
    } catch {
      // A full or forbidden storage must not stop a message.
    }
  }
}

function unsent(key: string): readonly Pending[] {
  try {
    const kept = JSON.parse(sessionStorage.getItem(key) ?? '[]') as Pending[];
    // Whether it arrived before the reload nobody knows: it is sent again, with its id.
    return kept.map((p) => ({ ...p, error: p.error ?? 'offline' }));
  } catch {
    return [];
  }
}

/** Messages by number without repeats; the newer document of a number wins. */
export function merge(had: readonly MessageDoc[], more: readonly MessageDoc[]): readonly MessageDoc[] {
  const byNumber = new Map(had.map((m) => [m.number, m]));
  for (const message of more) byNumber.set(message.number, message);
  return [...byNumber.values()].sort((a, b) => a.number - b.number);
}
