/**
 * The browser as a telephone: one standing media connection per shift, over the desk's own socket.
 *
 * The truth about calls is the server's; this is a leg of media that connects, mends itself and lets itself be replaced.
 * Everything that touches the browser comes in by `Ports`, so that the tests drive it without one.
 */
import type { PhoneDown, PhoneUp } from '../lib/types';

export type LineState =
  /** Nobody wants it. */
  | 'off'
  /** The browser asks for the microphone. */
  | 'asking'
  | 'connecting'
  | 'ready'
  /** The path broke; it is being mended. */
  | 'mending'
  | 'denied'
  | 'no_device'
  | 'unsupported'
  /** The server does not take it; tried again unless it says never. */
  | 'refused'
  /** Another page or another computer is the phone now. */
  | 'elsewhere';

/** What is measured of what we hear. */
export interface Heard {
  loss_percent: number;
  jitter_ms: number;
  rtt_ms: number;
  mos: number;
}

export interface Ports {
  send(up: PhoneUp): boolean;
  peer(): RTCPeerConnection;
  capture(mic: string): Promise<MediaStream>;
  /** Plays what comes in; `null` for silence. */
  play(stream: MediaStream | null): void;
  changed(): void;
  newId(): string;
}

/** Host candidates come in milliseconds; nobody waits longer for slow ones. */
const GATHER_MS = 500;
/** An answer takes one round trip. */
const ANSWER_MS = 8_000;
/** A path that breaks often comes back by itself. */
const GRACE_MS = 2_000;
/** Restarts of the path in a row before everything is made anew. */
const RESTARTS = 2;
const MEASURE_MS = 5_000;
const RETRY_MS = [1_000, 3_000, 10_000, 30_000];
/** Refusals that another try does not change. */
const FINAL = ['no_phone_right'];

export class Phone {
  state: LineState = 'off';
  /** Why it was refused, in the server's words. */
  why = '';
  muted = false;
  heard: Heard | undefined;
  /** How we sound at the server. */
  sent: { mos: number; loss_percent: number; jitter_ms: number; rtt_ms: number } | undefined;
  mic: MediaStream | undefined;
  /** In a call: only then is measured. */
  talking = false;

  #tab = '';
  #pc: RTCPeerConnection | undefined;
  #mic = '';
  #restarts = 0;
  #tries = 0;
  #round = 0;
  #timers: Partial<Record<'answer' | 'grace' | 'retry' | 'measure', ReturnType<typeof setTimeout>>> = {};
  #before = { lost: 0, received: 0 };
  readonly #ports: Ports;

  constructor(ports: Ports) {
    this.#ports = ports;
  }

  get tab() {
    return this.#tab;
  }
  /** Somebody wants it, whether it works or not. */
  get wanted() {
    return this.state !== 'off' && this.state !== 'elsewhere';
  }

  /** Begins, or tries again after a failure; a gesture of the user, so that the browser may ask for the microphone. */
  async start(mic = this.#mic) {
    this.#mic = mic;
    if (['asking', 'connecting', 'ready', 'mending'].includes(this.state)) return;
    this.#tries = 0;
    await this.#begin();
  }

  /** Is no phone any more. */
  stop(next: 'off' | 'elsewhere' = 'off') {
    if (next === 'off' && this.#pc) this.#ports.send({ do: 'disconnect', tab: this.#tab });
    this.#drop();
    this.mic?.getTracks().forEach((track) => track.stop());
    this.mic = undefined;
    this.muted = false;
    this.#set(next);
  }

  mute(on: boolean) {
    this.muted = on;
    this.mic?.getAudioTracks().forEach((track) => (track.enabled = !on));
    this.#ports.changed();
  }

  /** Another microphone, also in the middle of a call. */
  async useMic(mic: string) {
    this.#mic = mic;
    if (!this.mic) return;
    const fresh = await this.#ports.capture(mic);
    const track = fresh.getAudioTracks()[0];
    if (!track) return;
    const old = this.mic;
    this.#watchMic(fresh);
    await this.#pc?.getSenders()[0]?.replaceTrack(track);
    old.getTracks().forEach((t) => t.stop());
    this.mute(this.muted);
  }

  /** The socket came back: the server may have forgotten us, or may be another process. */
  linked() {
    if (!this.#pc) {
      if (this.state === 'refused' || this.state === 'mending') void this.#begin();
      return;
    }
    void this.restart();
  }

  receive(down: PhoneDown) {
    switch (down.kind) {
      case 'answer':
        if (down.tab === this.#tab) void this.#answered(down.sdp);
        return;
      case 'refused':
        if (down.tab === this.#tab) this.#refused(down.code, down.why);
        return;
      case 'taken':
        if (down.tab !== this.#tab && this.#pc) this.stop('elsewhere');
        return;
      case 'media':
        if (down.tab !== this.#tab) return;
        // The server may still speak of the connection before this one.
        if (down.state === 'connected') {
          if (this.#pc?.connectionState === 'connected') this.#connected();
        } else if (down.state === 'lost' && this.#pc && this.state === 'ready') this.#broke();
        return;
      case 'quality':
        if (down.tab !== this.#tab) return;
        this.sent = { mos: down.mos_tenths / 10, loss_percent: down.loss_percent, jitter_ms: down.jitter_ms, rtt_ms: down.rtt_ms };
        this.#ports.changed();
        return;
      case 'call':
        return;
    }
  }

  /** The same connection by another path: a changed network does not end the call. */
  async restart() {
    if (!this.#pc) return;
    if (this.state === 'ready') this.#set('mending');
    this.#pc.restartIce();
    await this.#offer();
  }

  /** Speak and hear yourself. */
  /** How long a packet goes to the server and back, milliseconds; `undefined` where none comes through. */
  async roundTrip(): Promise<number | undefined> {
    const stats = [...((await this.#pc?.getStats()) ?? new Map<string, Record<string, unknown>>()).values()] as Record<string, unknown>[];
    const pair = stats.find((s) => s['type'] === 'candidate-pair' && s['nominated'] && s['state'] === 'succeeded');
    return pair && this.state === 'ready' ? Number(pair['currentRoundTripTime'] ?? 0) * 1000 : undefined;
  }

  echo(on: boolean) {
    return this.#ports.send({ do: 'echo', tab: this.#tab, on });
  }

  async #begin() {
    const round = ++this.#round;
    this.#drop();
    if (!this.mic) {
      this.#set('asking');
      try {
        const mic = await this.#ports.capture(this.#mic);
        if (round !== this.#round) return mic.getTracks().forEach((track) => track.stop());
        this.#watchMic(mic);
      } catch (e) {
        if (round === this.#round) this.#failed(e);
        return;
      }
    }
    this.#set('connecting');
    this.#tab = this.#ports.newId();
    this.#restarts = 0;
    let pc: RTCPeerConnection;
    try {
      pc = this.#ports.peer();
    } catch {
      return this.#set('unsupported');
    }
    this.#pc = pc;
    const track = this.mic!.getAudioTracks()[0];
    if (track) pc.addTrack(track, this.mic!);
    pc.ontrack = (e) => this.#ports.play(e.streams[0] ?? new MediaStream([e.track]));
    pc.onconnectionstatechange = () => {
      if (pc !== this.#pc) return;
      if (pc.connectionState === 'connected') this.#connected();
      else if (pc.connectionState === 'disconnected') this.#timer('grace', GRACE_MS, () => this.#broke());
      else if (pc.connectionState === 'failed') this.#broke();
    };
    this.mute(this.muted);
    await this.#offer();
  }

  async #offer() {
    const pc = this.#pc;
    if (!pc) return;
    try {
      await pc.setLocalDescription();
      await gathered(pc);
    } catch {
      if (pc === this.#pc) this.#again();
      return;
    }
    if (pc !== this.#pc || !pc.localDescription) return;
    const sent = this.#ports.send({ do: 'connect', tab: this.#tab, sdp: pc.localDescription.sdp });
    // Without a socket there is nothing to wait for: `linked` comes when it is back.
    if (sent) this.#timer('answer', ANSWER_MS, () => this.#again());
  }

  async #answered(sdp: string) {
    const pc = this.#pc;
    clearTimeout(this.#timers.answer);
    if (!pc || pc.signalingState !== 'have-local-offer') return;
    try {
      await pc.setRemoteDescription({ type: 'answer', sdp });
    } catch {
      if (pc === this.#pc) this.#again();
      return;
    }
    // A restart that never lost the path tells no change of state.
    if (pc === this.#pc && pc.connectionState === 'connected') this.#connected();
  }

  #connected() {
    clearTimeout(this.#timers.grace);
    this.#restarts = 0;
    this.#tries = 0;
    this.why = '';
    this.#before = { lost: 0, received: 0 };
    this.#timer('measure', MEASURE_MS, () => void this.#measure());
    this.#set('ready');
  }

  /** The path is gone: by another one first, by a new connection if that fails. */
  #broke() {
    clearTimeout(this.#timers.grace);
    if (!this.#pc) return;
    if (this.#restarts++ < RESTARTS) {
      void this.restart();
      this.#timer('grace', ANSWER_MS, () => this.#broke());
    } else this.#again();
  }

  /** Everything anew, later and later. */
  #again() {
    this.#drop();
    this.#set('mending');
    const wait = RETRY_MS[Math.min(this.#tries++, RETRY_MS.length - 1)]!;
    this.#timer('retry', wait, () => void this.#begin());
  }

  #refused(code: string, why: string) {
    this.#drop();
    this.why = why;
    this.#set('refused');
    if (FINAL.includes(code)) return;
    const wait = RETRY_MS[Math.min(this.#tries++, RETRY_MS.length - 1)]!;
    this.#timer('retry', wait, () => void this.#begin());
  }

  #failed(e: unknown) {
    const name = e instanceof Error || e instanceof DOMException ? e.name : '';
    if (name === 'NotAllowedError' || name === 'SecurityError') this.#set('denied');
    else if (name === 'TypeError') this.#set('unsupported');
    else this.#set('no_device');
  }

  /** A headset that is pulled out ends its track: the next microphone takes its place. */
  #watchMic(mic: MediaStream) {
    this.mic = mic;
    const track = mic.getAudioTracks()[0];
    if (track)
      track.onended = () => {
        if (this.mic === mic) this.useMic('').catch((e: unknown) => (this.stop('off'), this.#failed(e)));
      };
  }

  async #measure() {
    const pc = this.#pc;
    if (!pc) return;
    this.#timer('measure', MEASURE_MS, () => void this.#measure());
    if (!this.talking) return;
    let lost = 0;
    let received = 0;
    let jitter = 0;
    let rtt = 0;
    for (const stat of (await pc.getStats()).values() as Iterable<Record<string, unknown>>) {
      if (stat.type === 'inbound-rtp') {
        lost = Number(stat.packetsLost ?? 0);
        received = Number(stat.packetsReceived ?? 0);
        jitter = Number(stat.jitter ?? 0) * 1000;
      } else if (stat.type === 'candidate-pair' && stat.nominated) rtt = Number(stat.currentRoundTripTime ?? 0) * 1000;
    }
    const [gone, got] = [lost - this.#before.lost, received - this.#before.received];
    this.#before = { lost, received };
    const loss = gone + got > 0 ? Math.max(0, (100 * gone) / (gone + got)) : 0;
    this.heard = { loss_percent: loss, jitter_ms: jitter, rtt_ms: rtt, mos: mos(loss, jitter, rtt) };
    this.#ports.send({
      do: 'quality',
      tab: this.#tab,
      loss_percent: Math.min(100, Math.round(loss)),
      jitter_ms: Math.min(65_535, Math.round(jitter)),
      rtt_ms: Math.min(65_535, Math.round(rtt)),
    });
    this.#ports.changed();
  }

  #drop() {
    for (const timer of Object.values(this.#timers)) clearTimeout(timer);
    const pc = this.#pc;
    this.#pc = undefined;
    if (pc) {
      pc.onconnectionstatechange = pc.ontrack = null;
      pc.close();
    }
    this.#ports.play(null);
    this.heard = this.sent = undefined;
  }

  #timer(name: 'answer' | 'grace' | 'retry' | 'measure', ms: number, call: () => void) {
    clearTimeout(this.#timers[name]);
    this.#timers[name] = setTimeout(call, ms);
  }

  #set(state: LineState) {
    this.state = state;
    this.#ports.changed();
  }
}

/** Half trickle: waits for the candidates of this machine, not for slow ones. */
function gathered(pc: RTCPeerConnection): Promise<void> {
  return new Promise((done) => {
    const timer = setTimeout(done, GATHER_MS);
    const look = () => {
      if (pc.iceGatheringState !== 'complete') return;
      clearTimeout(timer);
      done();
    };
    pc.addEventListener('icegatheringstatechange', look);
    look();
  });
}

/** Mean opinion score by the simplified E-model (ITU-T G.107), G.711 with concealment: as the server counts it. */
export function mos(loss: number, jitter: number, rtt: number): number {
  const delay = rtt / 2 + jitter * 2 + 10;
  const late = delay > 160 ? (delay - 120) / 10 : delay / 40;
  const r = Math.max(0, Math.min(93.2, 93.2 - late - (95 * loss) / (loss + 25.1)));
  const score = 1 + 0.035 * r + 0.000007 * r * (r - 60) * (100 - r);
  return Math.round(Math.max(1, Math.min(4.5, score)) * 10) / 10;
}
