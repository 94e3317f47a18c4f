/** This page's part in the agent's phone: the tab that leads has the microphone and rings, the others mirror it. */
import type { PhoneDown } from '../lib/types';
import { store } from '../sync/store.svelte';
import { Phone, type Heard, type LineState } from './phone';
import { Bell } from './ring';

interface Devices {
  mic: string;
  speaker: string;
  ring: string;
}
const KEY = 'okno.phone.devices';
/** A phone that is not there by then will not come by itself; the server says so. */
const READY_MS = 6_000;
const SAME: Devices = { mic: '', speaker: '', ring: '' };

function stored(): Devices {
  try {
    return { ...SAME, ...(JSON.parse(localStorage.getItem(KEY) ?? '{}') as Partial<Devices>) };
  } catch {
    return SAME;
  }
}

interface Mirrored {
  state: LineState;
  why: string;
  mos: number | undefined;
}

class Line {
  state = $state<LineState>('off');
  why = $state('');
  /** Mean opinion score of the worse direction, while a call goes on. */
  mos = $state<number>();
  heard = $state.raw<Heard>();
  sent = $state.raw<Phone['sent']>();
  mic = $state.raw<MediaStream>();
  /** Our own mute, before the server has said it. */
  muted = $state(false);
  /** This tab has the microphone. */
  leads = $state(false);
  devices = $state<Devices>(stored());
  readonly bell = new Bell();

  #phone: Phone | undefined;
  #audio: HTMLAudioElement | undefined;
  #channel: BroadcastChannel | undefined;
  #free: (() => void) | undefined;
  #asked = false;

  /**
   * Becomes the phone if no other tab is; safe to call often. What was refused, or taken by another computer, comes back by the
   * agent's own press only: two desks would take the phone from each other for ever.
   */
  want() {
    this.#listen();
    if (this.leads) {
      if (this.#phone?.state === 'off') void this.#phone.start(this.devices.mic);
      return;
    }
    if (this.#asked) return;
    this.#asked = true;
    const lead = () => {
      this.leads = true;
      this.#make();
      void this.#phone?.start(this.devices.mic);
      return new Promise<void>((free) => (this.#free = free));
    };
    if (navigator.locks) void navigator.locks.request(`okno.phone.${store.me?.user.id}`, lead);
    else void lead();
  }

  /** Wants it, and waits while it is on its way: whoever presses "call" does not have to wait for it himself. */
  async whenReady() {
    if (['off', 'asking', 'connecting', 'ready', 'mending'].includes(this.state)) this.want();
    else this.retry();
    const end = Date.now() + READY_MS;
    const coming = () =>
      this.state === 'ready' ? store.agent?.phone === false : ['off', 'asking', 'connecting', 'mending'].includes(this.state);
    while (coming() && Date.now() < end) await new Promise((later) => setTimeout(later, 50));
  }

  /** The agent's own press: also takes the phone back from another computer, or asks for the microphone again. */
  retry() {
    if (this.leads) void this.#phone?.start(this.devices.mic);
    else if (this.#asked) this.#channel?.postMessage({ do: 'retry' });
    else this.want();
  }

  /** The shift is over. */
  release() {
    if (!this.#asked) return;
    this.#asked = false;
    if (!this.leads) return;
    this.leads = false;
    this.#phone?.stop();
    this.#free?.();
    this.#free = undefined;
  }

  linked() {
    if (this.leads) this.#phone?.linked();
  }

  /** In a call or not: decides whether it is measured. */
  set talking(on: boolean) {
    if (this.#phone) this.#phone.talking = on;
    if (on) this.#mirror();
    if (!on) {
      this.mos = undefined;
      if (this.muted) this.mute(false);
    }
  }

  mute(on: boolean) {
    this.muted = on;
    this.#phone?.mute(on);
  }

  roundTrip = async () => this.#phone?.roundTrip();
  echo = (on: boolean): boolean => this.#phone?.echo(on) ?? false;

  async use(change: Partial<Devices>) {
    Object.assign(this.devices, change);
    localStorage.setItem(KEY, JSON.stringify(this.devices));
    if (change.mic !== undefined) await this.#phone?.useMic(change.mic);
    if (change.speaker !== undefined) await this.#sink();
    if (change.ring !== undefined) await this.bell.use(change.ring);
  }

  #make() {
    if (this.#phone) return;
    this.#phone = new Phone({
      send: store.phoneUp,
      peer: () => new RTCPeerConnection({ bundlePolicy: 'max-bundle' }),
      capture: (mic) => capture(mic),
      play: (stream) => this.#play(stream),
      changed: () => this.#mirror(),
      newId: () => crypto.randomUUID(),
    });
    // A headset that is plugged in is what was missing.
    navigator.mediaDevices?.addEventListener('devicechange', () => {
      if (this.leads && this.#phone?.state === 'no_device') void this.#phone.start(this.devices.mic);
    });
  }

  #play(stream: MediaStream | null) {
    if (!stream) {
      if (this.#audio) this.#audio.srcObject = null;
      return;
    }
    this.#audio ??= Object.assign(document.createElement('audio'), { autoplay: true, hidden: true });
    this.#audio.dataset.phone = '';
    if (!this.#audio.isConnected) document.body.append(this.#audio);
    this.#audio.srcObject = stream;
    void this.#sink();
    const play = () => this.#audio?.play();
    // A page that was reloaded and not touched may be refused: then the next gesture does it.
    play()?.catch(() => addEventListener('pointerdown', () => void play()?.catch(() => {}), { once: true }));
  }

  async #sink() {
    const audio = this.#audio as (HTMLAudioElement & { setSinkId?(id: string): Promise<void> }) | undefined;
    await audio?.setSinkId?.(this.devices.speaker).catch(() => {});
  }

  #listen() {
    store.onPhone = (down: PhoneDown) => this.#phone?.receive(down);
    if (this.#channel || !('BroadcastChannel' in globalThis)) return;
    this.#channel = new BroadcastChannel(`okno.phone.${store.me?.user.id}`);
    this.#channel.onmessage = ({ data }: MessageEvent<{ do: string; line?: Mirrored }>) => {
      if (data.do === 'ask' && this.leads) this.#tell();
      else if (data.do === 'retry' && this.leads) void this.#phone?.start(this.devices.mic);
      else if (data.do === 'line' && data.line && !this.leads) {
        this.state = data.line.state;
        this.why = data.line.why;
        this.mos = data.line.mos;
      }
    };
    this.#channel.postMessage({ do: 'ask' });
  }

  #mirror() {
    const phone = this.#phone;
    if (!phone) return;
    this.state = phone.state;
    this.why = phone.why;
    this.heard = phone.heard;
    this.sent = phone.sent;
    this.mic = phone.mic;
    const both = [phone.heard?.mos, phone.sent?.mos].filter((m): m is number => m !== undefined);
    this.mos = phone.talking && both.length ? Math.min(...both) : undefined;
    this.#tell();
  }

  #tell() {
    this.#channel?.postMessage({ do: 'line', line: { state: this.state, why: this.why, mos: this.mos } satisfies Mirrored });
  }
}

/** The chosen microphone; one that is gone means the default one. */
async function capture(mic: string): Promise<MediaStream> {
  const audio = { echoCancellation: true, noiseSuppression: true, autoGainControl: true };
  if (!navigator.mediaDevices) throw new TypeError('no media devices');
  if (!mic) return navigator.mediaDevices.getUserMedia({ audio });
  return navigator.mediaDevices
    .getUserMedia({ audio: { ...audio, deviceId: { exact: mic } } })
    .catch((e: unknown) =>
      e instanceof DOMException && (e.name === 'OverconstrainedError' || e.name === 'NotFoundError')
        ? navigator.mediaDevices.getUserMedia({ audio })
        : Promise.reject(e),
    );
}

export const line = new Line();
