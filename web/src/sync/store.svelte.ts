/** The desk's live state: one socket, one snapshot, deltas. */
import { SvelteMap } from 'svelte/reactivity';
import { get, Problem, put, whenSignedOut } from '../lib/api';
import { clock } from '../lib/clock.svelte';
import { can } from '../lib/rights';
import { Socket, type Link } from '../lib/socket';
import type {
  AgentDoc,
  CallDoc,
  EventFrame,
  EventName,
  Id,
  InteractionDoc,
  Me,
  PhoneDown,
  PhoneUp,
  Presence,
  Right,
  Scope,
  ServerFrame,
} from '../lib/types';
import { Conversation } from './conversation.svelte';
import { seenBy } from './offers';
import { forget, reduce, restore, step, type World } from './reduce';
import { waiting, workList } from './worklist';

/** Opened conversations that are kept in memory. */
const OPEN_MAX = 20;

type Listener = (event: EventFrame) => void;

/** The interactions as whoever sits here sees them. */
class Seen extends SvelteMap<Id, InteractionDoc> {
  readonly #me: () => Id | undefined;
  constructor(me: () => Id | undefined) {
    super();
    this.#me = me;
  }
  override set(id: Id, doc: InteractionDoc) {
    return super.set(id, seenBy(doc, this.#me()));
  }
}

class Store implements World {
  interactions: Map<Id, InteractionDoc> = new Seen(() => this.me?.user.id);
  agents: World['agents'] = new SvelteMap();
  queues: World['queues'] = new SvelteMap();
  skills: World['skills'] = new SvelteMap();
  channels: World['channels'] = new SvelteMap();
  pauseCodes: World['pauseCodes'] = new SvelteMap();
  dispositions: World['dispositions'] = new SvelteMap();
  teams: World['teams'] = new SvelteMap();
  users: World['users'] = new SvelteMap();
  calls: World['calls'] = new SvelteMap();

  me = $state.raw<Me>();
  /** Asked of the server: signed in, out, or not known yet. */
  access = $state<'unknown' | 'in' | 'out' | 'setup' | 'unreachable'>('unknown');
  /** The sign-in ended while the page was open: asked again over the page. */
  expired = $state(false);
  link = $state<Link>('lost');
  ready = $state(false);
  /** The server runs another build than this page. */
  outdated = $state(false);

  #seq: number | null = null;
  #build: string | undefined;
  #conversations = new Map<Id, Conversation>();
  #listeners = new Map<string, Set<Listener>>();
  #snapshots = new Set<() => void>();
  #socket = new Socket({
    frames: (batch) => this.apply(batch),
    link: (state) => this.#linked(state),
    resume: () => this.#seq,
    signedOut: () => this.#signedOut(),
  });

  constructor() {
    whenSignedOut(() => this.#signedOut());
  }

  // --- who I am

  agent = $derived<AgentDoc | undefined>(this.me && (this.agents.get(this.me.user.id) ?? this.me.agent ?? undefined));
  work = $derived(
    workList(
      this.interactions.values(),
      this.me?.user.id,
      this.can('interaction.read', 'all') ? 'all' : (this.agent?.queues ?? []),
      this.agent?.wrapups?.map((w) => w.interaction),
    ),
  );
  waiting = $derived(waiting(this.interactions.values()));
  /** The call in which I take part. */
  call = $derived<CallDoc | undefined>(
    [...this.calls.values()].find((c) => c.legs.some((l) => l.agent === this.me?.user.id && l.state !== 'ended')),
  );
  /** There is a telephone. */
  telephone = $derived([...this.channels.values()].some((c) => c.kind === 'phone' && c.enabled));
  /** And I have part in it: by offers, or by calling. */
  voice = $derived(
    Boolean(this.telephone && this.agent && (this.agent.capacity.voice > 0 || this.can('call.dial') || this.can('call.monitor'))),
  );
  /** My offers and conversations where the customer waits: the number in the title. */
  attention = $derived(this.work.offered.length + this.work.active.filter((i) => i.last_message > i.agent_read).length);

  can(right: Right, scope: Scope = 'own'): boolean {
    return this.me ? can(this.me.grants, right, scope) : false;
  }

  async start() {
    try {
      const me = await get<Me>('/me', { quiet: true });
      this.entered(me);
    } catch (e) {
      const status = (e as Problem).status;
      if (status !== 401) {
        this.access = 'unreachable';
        return;
      }
      const setup = await get<{ needed: boolean }>('/setup', { quiet: true }).catch(() => ({ needed: false }));
      this.access = setup.needed ? 'setup' : 'out';
    }
  }

  entered(me: Me) {
    // Somebody else signed in over the page: nothing of the other may stay.
    if (this.me && this.me.user.id !== me.user.id) {
      location.reload();
      return;
    }
    this.me = me;
    this.#newBuild(me.build);
    this.access = 'in';
    this.expired = false;
    this.#socket.start();
  }

  left() {
    this.#socket.stop();
    location.assign('/');
  }

  #signedOut() {
    if (this.access === 'in') this.expired = true;
  }

  #newBuild(build: string) {
    if (this.#build && this.#build !== build) this.outdated = true;
    this.#build ??= build;
  }

  // --- the stream

  #linked(state: Link) {
    const was = this.link;
    this.link = state;
    if (state === 'live') for (const conversation of this.#conversations.values()) void conversation.resend();
    // A refused socket does not say why: an ended sign-in shows itself here, a new build too.
    if (state !== was && (state === 'lost' || was === 'lost') && this.access === 'in')
      get<Me>('/me').then(
        (me) => this.#newBuild(me.build),
        () => {},
      );
  }

  apply(batch: ServerFrame[]) {
    for (const frame of batch) {
      const result = step(this.#seq, frame);
      if (result.kind === 'gap') {
        this.#seq = null;
        this.#socket.restart();
        return;
      }
      if (result.kind === 'old') continue;
      if (result.kind === 'applied') this.#seq = result.seq;
      this.#take(frame);
    }
  }

  #take(frame: ServerFrame) {
    switch (frame.t) {
      case 'snapshot':
        clock.sync(frame.now);
        restore(this, frame.data);
        this.#newBuild(frame.build);
        this.ready = true;
        for (const conversation of this.#conversations.values()) void conversation.load();
        for (const call of this.#snapshots) call();
        return;
      case 'event':
        reduce(this, frame);
        for (const conversation of this.#conversations.values()) conversation.apply(frame);
        for (const listener of this.#listeners.get(frame.type) ?? []) listener(frame);
        return;
      case 'gone':
        forget(this, frame.kind, frame.id);
        return;
      case 'phone':
        this.onPhone?.(frame.down);
        return;
      case 'typing': {
        const conversation = this.#conversations.get(frame.interaction);
        if (conversation) conversation.typing = frame.on ? { who: frame.who, text: frame.text ?? '', at: clock.now } : undefined;
        return;
      }
      case 'resumed':
        this.#newBuild(frame.build);
        clock.sync(frame.now);
        return;
      case 'pong':
        clock.sync(frame.now);
        return;
      case 'skip':
        return;
    }
  }

  /** Calls on events of one type; answers how to stop. */
  on<K extends EventName>(type: K, call: (event: Extract<EventFrame, { type: K }>) => void): () => void {
    const listeners = this.#listeners.get(type) ?? new Set();
    this.#listeners.set(type, listeners.add(call as Listener));
    return () => listeners.delete(call as Listener);
  }

  /** Calls after each snapshot: what was fetched beside the stream has to be fetched again. */
  onSnapshot(call: () => void): () => void {
    this.#snapshots.add(call);
    return () => this.#snapshots.delete(call);
  }

  // --- conversations

  conversation(id: Id): Conversation {
    const had = this.#conversations.get(id);
    if (had) {
      // Move to the end: the ones used last stay.
      this.#conversations.delete(id);
      this.#conversations.set(id, had);
      return had;
    }
    const made = new Conversation(id, this.interactions.get(id), this.me?.user.id);
    this.#conversations.set(id, made);
    for (const [old, kept] of this.#conversations) {
      if (this.#conversations.size <= OPEN_MAX) break;
      if (!kept.pending.length && old !== id) this.#conversations.delete(old);
    }
    void made.load().then(() => made.resend());
    return made;
  }

  typing(interaction: Id, on: boolean) {
    this.#socket.send({ t: 'typing', interaction, on });
  }

  /** Says something to the telephone door; answers whether the socket took it. */
  phoneUp = (up: PhoneUp): boolean => this.#socket.send({ t: 'phone', up });
  /** Who hears what the telephone door says. */
  onPhone: ((down: PhoneDown) => void) | undefined;

  /** Shows an act's result at once; the event that follows brings the same document. */
  took(doc: InteractionDoc) {
    if (doc.state.kind === 'closed') this.interactions.delete(doc.id);
    else this.interactions.set(doc.id, doc);
    const conversation = this.#conversations.get(doc.id);
    if (conversation) conversation.doc = doc;
  }

  // --- presence

  async setPresence(presence: Presence) {
    await put('/me/presence', { presence });
  }
  async setNextPresence(presence: Presence | null) {
    await put('/me/next-presence', { presence });
  }

  // --- names

  userName = (id: Id | null): string => (id && (this.users.get(id)?.name ?? this.agents.get(id)?.name)) || '';
  queueName = (id: Id | null): string => (id && this.queues.get(id)?.name) || '';
  channelName = (id: Id | null): string => (id && this.channels.get(id)?.name) || '';
}

export const store = new Store();
