import { Phone } from '../calls/phone';
import type { PhoneDown, PhoneUp } from '../lib/types';
import { CallPanel } from './call-panel';
import { type CallWords, callWords } from './call-words';

export type Stage = 'asking' | 'connecting' | 'waiting' | 'talking' | 'held' | 'ended' | 'failed';

interface Line {
  language: string;
  /** Says something to the server; answers whether it went out. */
  up(up: PhoneUp): boolean;
  /** Remembers in this browser that a call goes on: the page after this one looks whether that is fresh. */
  remember(on: boolean): void;
}

/** How often it is remembered, milliseconds. */
const REMEMBER = 4_000;

/**
 * The visitor's call: loaded with his first press on the telephone, and drawn without Svelte, because its runtime would grow for
 * everybody by what only this part uses.
 */
export class Call {
  stage: Stage = 'asking';
  position: number | null = null;
  muted = false;
  /** When somebody answered. */
  since = 0;
  why = '';
  mending = false;
  readonly words: CallWords;
  readonly #line: Line;
  readonly #phone: Phone;
  readonly #panel: CallPanel;
  readonly #audio = Object.assign(document.createElement('audio'), { autoplay: true, hidden: true });
  #timer: ReturnType<typeof setInterval> | undefined;

  constructor(line: Line) {
    this.#line = line;
    this.words = callWords(line.language);
    this.#phone = new Phone({
      send: line.up,
      peer: () => new RTCPeerConnection({ bundlePolicy: 'max-bundle' }),
      capture: async () => {
        if (!navigator.mediaDevices) throw new TypeError('no microphone here');
        return navigator.mediaDevices.getUserMedia({ audio: { echoCancellation: true, noiseSuppression: true, autoGainControl: true } });
      },
      play: (stream) => this.#play(stream),
      changed: () => this.#changed(),
      newId: () => Array.from(crypto.getRandomValues(new Uint32Array(4)), (part) => part.toString(36)).join('-'),
    });
    this.#panel = new CallPanel(this);
    document.body.append(this.#audio);
  }

  get over() {
    return this.stage === 'ended' || this.stage === 'failed';
  }

  start() {
    this.stage = 'asking';
    this.why = '';
    this.position = null;
    this.since = 0;
    clearInterval(this.#timer);
    this.#timer = setInterval(() => this.#line.remember(!this.over), REMEMBER);
    this.#panel.show();
    void this.#phone.start();
  }

  receive(down: PhoneDown) {
    if (down.kind !== 'call') {
      this.#phone.receive(down);
      return;
    }
    this.position = down.position ?? null;
    if (down.state === 'ended') this.#end('ended');
    else if (!this.over && (down.state === 'waiting' || down.state === 'talking' || down.state === 'held')) {
      if (down.state === 'talking' && !this.since) this.since = Date.now();
      this.stage = down.state;
      this.#phone.talking = true;
    }
    this.#panel.draw();
  }

  linked() {
    if (!this.over) this.#phone.linked();
  }

  mute() {
    this.muted = !this.muted;
    this.#phone.mute(this.muted);
    this.#panel.draw();
  }

  digits(digits: string) {
    this.#line.up({ do: 'digits', digits });
  }

  hangup() {
    this.#line.up({ do: 'hangup' });
    this.#end('ended');
  }

  #end(stage: 'ended' | 'failed') {
    if (this.over) return;
    this.stage = stage;
    clearInterval(this.#timer);
    this.#line.remember(false);
    this.#phone.talking = false;
    this.#phone.stop();
    this.muted = false;
    this.#panel.draw();
  }

  #changed() {
    if (this.over) return;
    const { state } = this.#phone;
    this.mending = state === 'mending';
    if (state === 'denied') this.#fail(this.words.denied);
    else if (state === 'no_device') this.#fail(this.words.noDevice);
    else if (state === 'unsupported') this.#fail(this.words.unsupported);
    else if (state === 'refused') this.#fail(this.words.refused);
    else if (state === 'elsewhere') this.#end('ended');
    else if ((state === 'connecting' || state === 'ready') && this.stage === 'asking') this.stage = 'connecting';
    this.#panel.draw();
  }

  #fail(why: string) {
    this.why = why;
    this.#end('failed');
  }

  #play(stream: MediaStream | null) {
    this.#audio.srcObject = stream;
    // A page that nobody has touched yet may be refused: then the next gesture does it.
    const play = () => void this.#audio.play().catch(() => addEventListener('pointerdown', play, { once: true }));
    if (stream) play();
  }
}
