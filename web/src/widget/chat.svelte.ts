import type { Call } from './call';
import { Conn } from './conn';
import { Host } from './host';
import { Keep, newId } from './keep';
import { Log, type Unsent } from './log';
import type { ClientFrame, Config, File, Said, ServerFrame, StateKind, Who } from './types';
import type { Going } from './upload.svelte';
import type { Texts } from './words';

/** An acknowledgement takes a commit on a disk; this long without one means that the line is dead, milliseconds. */
const ACK = 15_000;
/** A typing sign that is not renewed for this long is over, milliseconds. */
const TYPING = 5_000;
/** A typing sign is renewed this often while the visitor types, milliseconds. */
const RENEW = 2_500;
/** Refusals that pass by themselves: the message stays in its place and is sent again. */
const PASSING = ['throttled', 'unavailable'];

/** The visitor's side of the conversation, as the screens show it. */
export class Chat {
  said = $state.raw<readonly Said[]>([]);
  unsent = $state.raw<readonly Unsent[]>([]);
  config = $state.raw<Config>();
  link = $state.raw<'connecting' | 'live' | 'lost'>('connecting');
  state = $state.raw<StateKind>('none');
  agent = $state.raw('');
  position = $state.raw(0);
  /** How he waits, as he was last told. */
  stand = $state.raw<Extract<ServerFrame, { t: 'state' }>>();
  /** Where he is called or written to instead. */
  back = $state.raw<Extract<ServerFrame, { t: 'back' }>>();
  online = $state.raw(true);
  /** Name of the agent who types, or empty. */
  typing = $state.raw('');
  /** Last number that an agent has seen. */
  seen = $state.raw(0);
  open = $state.raw(false);
  unread = $state.raw(0);
  known = $state.raw(false);
  sound = $state.raw(false);
  notice = $state.raw('');
  /** Files of the next message: here, so that they outlive a composer that makes room for a form. */
  files = $state.raw<readonly Going[]>([]);
  /** The address to which the form's message will be answered, until the visitor has read that it was sent. */
  mailed = $state.raw('');

  /** What was typed into a form that is not sent yet. */
  begun: Who = {};
  /** His call: it draws itself, and is loaded with the first one. */
  call?: Call;
  readonly keep: Keep;
  readonly url = (door: string) => `${location.origin}/api/v1/visitor/${door}?key=${encodeURIComponent(this.key)}`;
  #log = new Log();
  #conn: Conn;
  #host: Host;
  #interaction: string | null = null;
  #read = 0;
  #page = '';
  #flying: string | undefined;
  #timers: Partial<Record<'ack' | 'typing' | 'mine' | 'notice', ReturnType<typeof setTimeout>>> = {};
  #typed = 0;
  #wanted: ((token: string) => void)[] = [];
  #focus: () => void;
  #style: (data: Record<string, unknown>) => void;

  constructor(
    readonly key: string,
    readonly texts: Texts,
    origin: string,
    on: { focus(): void; style(data: Record<string, unknown>): void },
  ) {
    this.keep = new Keep(key);
    this.#focus = on.focus;
    this.#style = on.style;
    this.sound = this.keep.get('sound') === '1';
    for (const message of this.keep.unsent()) this.#log.write(message);
    this.#conn = new Conn({
      url: this.url,
      hello: () => ({
        t: 'hello',
        token: this.keep.get('token'),
        resume: this.#log.last(this.#interaction),
        interaction: this.#interaction,
        language: texts.language,
        page: this.#page,
        ...this.who,
      }),
      token: () => this.keep.get('token'),
      frame: (frame) => this.#take(frame),
      link: (up) => this.#linked(up),
    });
    this.#host = new Host(origin, {
      show: (shown) => {
        this.open = shown.open;
        this.#page = shown.page || this.#page;
        if (shown.open) this.start();
        this.mark();
        if (shown.open && shown.focus) this.#focus();
      },
      identify: ({ id, name, email, hash }) => {
        const text = (v: unknown) => (typeof v === 'string' && v ? v : undefined);
        this.identify({ name: text(name), email: text(email), external_id: text(id), hash: text(hash) });
      },
      set: (data) => this.#style(data),
    });
    this.#draw();
    addEventListener('visibilitychange', () => this.mark());
    if (!this.config) void this.configure();
    // Something runs or waits: connect although nobody has opened the window.
    if (this.#host.embedded && (this.keep.get('token') || this.unsent.length)) this.start();
    this.#host.tell('ready');
  }

  get who(): Who {
    try {
      return JSON.parse(this.keep.get('who') ?? '{}') as Who;
    } catch {
      return {};
    }
  }

  #started = false;
  start() {
    if (this.#started) return;
    this.#started = true;
    this.#conn.start();
  }

  /** Reads what the channel says about itself; tried again with every connection until it worked. */
  async configure() {
    try {
      const answer = await fetch(this.url('config'));
      if (!answer.ok) return;
      this.config = (await answer.json()) as Config;
      this.online = this.config.online;
      this.#style({ color: this.config.color });
    } catch {
      // Asked again when the line is up.
    }
  }

  /** The visitor's token, waiting for the first welcome if there is none yet. */
  token(): Promise<string> {
    const token = this.keep.get('token');
    if (token) return Promise.resolve(token);
    this.start();
    return new Promise((resolve) => this.#wanted.push(resolve));
  }

  /** Calls from here; also goes on with a call of the page before. */
  async dial() {
    if (this.call && !this.call.over) return;
    const { Call } = await import('./call');
    await this.token();
    this.call ??= new Call({
      language: this.texts.language,
      up: (up) => this.#conn.send({ t: 'call', up }),
      remember: (on) => this.keep.set('call', on ? String(Date.now()) : null),
    });
    this.call.start();
  }

  get started() {
    return this.said.length > 0 || this.unsent.length > 0;
  }

  say(text: string, attachments: File[]) {
    const at = Date.now();
    const message: Unsent = { client_id: newId(), n: Math.max(at, (this.unsent.at(-1)?.n ?? 0) + 1), at, text, attachments };
    this.keep.keep(message);
    this.#log.write(message);
    this.#host.tell('running', { on: true });
    this.typed(false);
    this.#draw();
    this.start();
    this.#pump();
  }

  /** A refused message goes out again as a new one, or is thrown away. */
  settle(message: Unsent, again: boolean) {
    this.#log.forget(message.client_id);
    this.keep.drop(message.client_id);
    if (again) this.say(message.text, message.attachments);
    else this.#draw();
  }

  ask = (frame: ClientFrame) => void this.#conn.send(frame);

  identify(who: Who) {
    const all = Object.fromEntries(Object.entries({ ...this.who, ...who }).filter(([, v]) => v)) as Who;
    this.keep.set('who', JSON.stringify(all));
    this.known ||= !!all.email || !!all.external_id;
    this.#conn.send({ t: 'identify', ...all });
  }

  /** Sends the form of a visitor whom nobody serves; what went wrong, in words, or nothing. */
  async mail(form: { name?: string; email: string; text?: string; client_id: string }): Promise<string> {
    const body = JSON.stringify({ ...form, token: this.keep.get('token') });
    try {
      const answer = await fetch(this.url('form'), { method: 'POST', body, headers: { 'content-type': 'application/json' } });
      if (answer.status === 422) return ((await answer.json()) as { detail: string }).detail;
      if (!answer.ok) throw new Error();
    } catch {
      return this.texts.words.formFailed;
    }
    this.keep.set('draft', null);
    this.keep.set('form-id', null);
    this.keep.set('who', JSON.stringify({ ...this.who, name: form.name || undefined, email: form.email }));
    this.mailed = form.email;
    return '';
  }

  /** The screens change it only through words like these: a component that writes to what it was given costs more. */
  attach(files: readonly Going[]) {
    this.files = files;
  }

  fill(begun: Who) {
    this.begun = begun;
  }

  /** He has read that his form's message was sent. */
  settled() {
    this.mailed = '';
  }

  /** The visitor types; told at most every few seconds, and its end when he stops. */
  typed(on: boolean) {
    clearTimeout(this.#timers.mine);
    if (on) this.#timers.mine = setTimeout(() => this.typed(false), TYPING);
    const now = Date.now();
    if (on ? now - this.#typed < RENEW : !this.#typed) return;
    this.#typed = on ? now : 0;
    this.#conn.send({ t: 'typing', on });
  }

  /** Everything on a visible screen counts as seen. */
  mark() {
    if (!this.open || document.hidden) return;
    this.#setUnread(0);
    const last = this.#log.last(this.#interaction);
    if (last > this.#read && this.#conn.send({ t: 'read', number: last })) this.#read = last;
  }

  close() {
    this.#host.tell('close');
  }

  get closable() {
    return this.#host.embedded;
  }

  setSound(on: boolean) {
    this.sound = on;
    this.keep.set('sound', on ? '1' : null);
    if (on) beep();
  }

  note(text: string) {
    this.notice = text;
    clearTimeout(this.#timers.notice);
    this.#timers.notice = setTimeout(() => (this.notice = ''), 8_000);
  }

  #take(frame: ServerFrame) {
    switch (frame.t) {
      case 'welcome':
        this.keep.set('token', frame.token);
        this.#wanted.splice(0).forEach((resolve) => resolve(frame.token));
        if (frame.interaction !== this.#interaction) this.#read = 0;
        this.#interaction = frame.interaction;
        this.#read = Math.max(this.#read, frame.read);
        this.online = frame.online;
        this.agent = frame.agent_name ?? '';
        this.known = frame.known || !!this.who.email;
        if (!frame.interaction) this.state = 'none';
        break;
      case 'message':
        this.#heard(frame);
        break;
      case 'ack':
        this.#enter(frame.interaction);
        this.#log.acknowledge(frame);
        this.keep.drop(frame.client_id);
        this.#landed(frame.client_id);
        break;
      case 'refused':
        this.#refused(frame);
        break;
      case 'typing':
        this.typing = frame.on ? frame.name : '';
        clearTimeout(this.#timers.typing);
        this.#timers.typing = setTimeout(() => (this.typing = ''), TYPING);
        break;
      case 'state':
        this.state = frame.kind;
        this.agent = frame.agent_name ?? '';
        this.position = frame.position ?? 0;
        this.stand = frame;
        this.#host.tell('running', { on: frame.kind === 'queued' || frame.kind === 'active' });
        break;
      case 'read':
        this.seen = frame.number;
        break;
      case 'online':
        this.online = frame.on;
        break;
      case 'call':
        this.call?.receive(frame.down);
        break;
      case 'back':
        this.back = frame;
        break;
      case 'pong':
        break;
    }
    this.#draw();
  }

  #heard({ t: _, ...message }: { t: 'message' } & Said) {
    this.#enter(message.interaction);
    if (message.client_id) this.keep.drop(message.client_id);
    const isNew = this.#log.hear(message);
    if (message.client_id) this.#landed(message.client_id);
    if (!isNew || message.from === 'me') return;
    this.typing = '';
    if (this.open && !document.hidden) {
      queueMicrotask(() => this.mark());
      return;
    }
    if (message.number <= this.#read) return;
    this.#setUnread(this.unread + 1);
    this.#host.tell('message', { data: { from: message.author, text: message.text } });
    if (this.sound) beep();
  }

  /** A new interaction counts its messages from 1 again. */
  #enter(interaction: string) {
    if (interaction === this.#interaction) return;
    this.#interaction = interaction;
    this.#read = 0;
    this.seen = 0;
  }

  #refused(frame: Extract<ServerFrame, { t: 'refused' }>) {
    const { client_id, code, detail } = frame;
    if (!client_id) return;
    if (client_id === 'back') return this.note(detail);
    if (PASSING.includes(code)) {
      if (code === 'throttled') this.note(this.texts.words.throttled);
      clearTimeout(this.#timers.ack);
      this.#timers.ack = setTimeout(() => this.#landed(client_id), frame.retry_ms ?? 3_000);
      return;
    }
    this.#log.refuse(client_id, code === 'too_long' ? this.texts.words.tooLong : detail);
    const message = this.#log.unsent.find((m) => m.client_id === client_id);
    if (message) this.keep.keep(message);
    this.#landed(client_id);
  }

  /** One message is on its way at a time: the next one leaves when the server has this one, so that the order is kept. */
  #pump() {
    const next = this.#log.next;
    if (this.#flying || !next) return;
    const attachments = next.attachments.map((a) => a.id);
    if (!this.#conn.send({ t: 'say', client_id: next.client_id, text: next.text, attachments })) return;
    this.#flying = next.client_id;
    clearTimeout(this.#timers.ack);
    this.#timers.ack = setTimeout(() => this.#conn.restart(), ACK);
  }

  #landed(client_id: string) {
    if (this.#flying !== client_id) return;
    this.#flying = undefined;
    clearTimeout(this.#timers.ack);
    this.#pump();
  }

  #linked(up: boolean) {
    this.link = up ? 'live' : 'lost';
    this.#flying = undefined;
    clearTimeout(this.#timers.ack);
    this.typing = '';
    if (!up) return;
    if (!this.config) void this.configure();
    this.#pump();
    this.mark();
    this.call?.linked();
    // The page before this one was in a call a moment ago.
    if (!this.call && Date.now() - Number(this.keep.get('call')) < 20_000) void this.dial();
  }

  #setUnread(n: number) {
    if (n === this.unread) return;
    this.unread = n;
    this.#host.tell('unread', { n });
  }

  #draw() {
    this.said = this.#log.said;
    this.unsent = this.#log.unsent;
  }
}

/** Two soft tones; made, not loaded. */
function beep() {
  try {
    const audio = new AudioContext();
    const tone = audio.createOscillator();
    const volume = audio.createGain();
    const now = audio.currentTime;
    tone.frequency.setValueAtTime(660, now);
    tone.frequency.setValueAtTime(880, now + 0.12);
    volume.gain.setValueAtTime(0.08, now);
    volume.gain.exponentialRampToValueAtTime(0.001, now + 0.35);
    tone.connect(volume).connect(audio.destination);
    tone.onended = () => audio.close();
    tone.start();
    tone.stop(now + 0.35);
  } catch {
    // No sound on this device.
  }
}
