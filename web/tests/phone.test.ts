import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { mos, Phone, type Ports } from '../src/calls/phone';
import type { PhoneUp } from '../src/lib/types';

class Track {
  enabled = true;
  stopped = false;
  onended: (() => void) | null = null;
  stop() {
    this.stopped = true;
  }
}
const stream = () => {
  const track = new Track();
  return { track, getAudioTracks: () => [track], getTracks: () => [track] } as unknown as MediaStream & { track: Track };
};

class Peer extends EventTarget {
  iceGatheringState = 'complete';
  signalingState = 'stable';
  connectionState = 'new';
  localDescription: { sdp: string } | null = null;
  remote: string[] = [];
  restarts = 0;
  offers = 0;
  closed = false;
  refuse = false;
  sender = { track: null as unknown, replaceTrack: async (track: unknown) => void (this.sender.track = track) };
  ontrack: ((e: unknown) => void) | null = null;
  onconnectionstatechange: (() => void) | null = null;
  stats = new Map<string, unknown>();
  addTrack(track: unknown) {
    this.sender.track = track;
  }
  getSenders = () => [this.sender];
  getStats = async () => this.stats;
  restartIce() {
    this.restarts++;
  }
  async setLocalDescription() {
    this.offers++;
    this.signalingState = 'have-local-offer';
    this.localDescription = { sdp: `offer ${this.offers}` };
  }
  async setRemoteDescription({ sdp }: { sdp: string }) {
    if (this.refuse) throw new Error('bad answer');
    this.signalingState = 'stable';
    this.remote.push(sdp);
  }
  close() {
    this.closed = true;
  }
  becomes(state: string) {
    this.connectionState = state;
    this.onconnectionstatechange?.();
  }
}

let sent: PhoneUp[];
let peers: Peer[];
let mics: ReturnType<typeof stream>[];
let online: boolean;
let capture: (mic: string) => Promise<MediaStream>;
const make = () => {
  let n = 0;
  const ports: Ports = {
    send: (up) => (online && sent.push(up), online),
    peer: () => {
      const peer = new Peer();
      peers.push(peer);
      return peer as unknown as RTCPeerConnection;
    },
    capture: (mic) => capture(mic),
    play: () => {},
    changed: () => {},
    newId: () => `tab${++n}`,
  };
  return new Phone(ports);
};
const settle = () => vi.advanceTimersByTimeAsync(0);
/** A phone whose media stands. */
async function ready() {
  const phone = make();
  await phone.start();
  await settle();
  phone.receive({ kind: 'answer', tab: 'tab1', sdp: 'answer' });
  await settle();
  peers[0]!.becomes('connected');
  return { phone, peer: peers[0]! };
}
const connects = () => sent.filter((up) => up.do === 'connect');

beforeEach(() => {
  vi.useFakeTimers();
  sent = [];
  peers = [];
  mics = [];
  online = true;
  capture = async () => {
    const mic = stream();
    mics.push(mic);
    return mic;
  };
});
afterEach(() => vi.useRealTimers());

describe('the standing connection', () => {
  test('asks for the microphone, offers, and is ready when the media connects', async () => {
    const phone = make();
    const started = phone.start();
    expect(phone.state).toBe('asking');
    await started;
    await settle();
    expect(phone.state).toBe('connecting');
    expect(sent).toEqual([{ do: 'connect', tab: 'tab1', sdp: 'offer 1' }]);
    phone.receive({ kind: 'answer', tab: 'other', sdp: 'not ours' });
    await settle();
    expect(peers[0]!.remote).toEqual([]);
    phone.receive({ kind: 'answer', tab: 'tab1', sdp: 'ours' });
    await settle();
    expect(peers[0]!.remote).toEqual(['ours']);
    peers[0]!.becomes('connected');
    expect(phone.state).toBe('ready');
  });

  test('starts once, however often it is wanted', async () => {
    const { phone } = await ready();
    await phone.start();
    await phone.start();
    expect(peers).toHaveLength(1);
    expect(mics).toHaveLength(1);
  });

  test.each([
    ['NotAllowedError', 'denied'],
    ['NotFoundError', 'no_device'],
    ['NotReadableError', 'no_device'],
    ['TypeError', 'unsupported'],
  ])('a microphone that answers %s leaves it %s, and it can be tried again', async (name, state) => {
    const phone = make();
    const works = capture;
    capture = () => Promise.reject(Object.assign(new Error(), { name }));
    await phone.start();
    await settle();
    expect(phone.state).toBe(state);
    expect(sent).toEqual([]);
    capture = works;
    await phone.start();
    await settle();
    expect(phone.state).toBe('connecting');
  });

  test('stopping says goodbye and lets the microphone go', async () => {
    const { phone, peer } = await ready();
    phone.stop();
    expect(sent.at(-1)).toEqual({ do: 'disconnect', tab: 'tab1' });
    expect(peer.closed).toBe(true);
    expect(mics[0]!.track.stopped).toBe(true);
    expect(phone.state).toBe('off');
  });

  test('another page takes it: ours is silent and says nothing', async () => {
    const { phone, peer } = await ready();
    phone.receive({ kind: 'taken', tab: 'tab1' });
    expect(phone.state).toBe('ready');
    sent = [];
    phone.receive({ kind: 'taken', tab: 'somewhere else' });
    expect(phone.state).toBe('elsewhere');
    expect(peer.closed).toBe(true);
    expect(sent).toEqual([]);
    await phone.start();
    await settle();
    expect(connects().at(-1)).toMatchObject({ tab: 'tab2' });
  });

  test('a refusal is told, and tried again unless it is final', async () => {
    const phone = make();
    await phone.start();
    await settle();
    phone.receive({ kind: 'refused', tab: 'tab1', code: 'busy', why: 'too many phones' });
    expect([phone.state, phone.why]).toEqual(['refused', 'too many phones']);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(connects()).toHaveLength(2);
    phone.receive({ kind: 'refused', tab: 'tab2', code: 'no_phone_right', why: 'ask an administrator' });
    await vi.advanceTimersByTimeAsync(120_000);
    expect(connects()).toHaveLength(2);
    expect(phone.state).toBe('refused');
  });
});

describe('a broken path', () => {
  test('is restarted on the same connection, and ready again by the answer alone', async () => {
    const { phone, peer } = await ready();
    peer.becomes('disconnected');
    expect(phone.state).toBe('ready');
    await vi.advanceTimersByTimeAsync(2_000);
    expect(phone.state).toBe('mending');
    expect(peer.restarts).toBe(1);
    expect(connects().at(-1)).toEqual({ do: 'connect', tab: 'tab1', sdp: 'offer 2' });
    // The browser tells no change when a restart has never lost the path.
    peer.connectionState = 'connected';
    phone.receive({ kind: 'answer', tab: 'tab1', sdp: 'again' });
    await settle();
    expect(phone.state).toBe('ready');
    expect(peers).toHaveLength(1);
  });

  test('that comes back by itself costs nothing', async () => {
    const { phone, peer } = await ready();
    peer.becomes('disconnected');
    await vi.advanceTimersByTimeAsync(1_000);
    peer.becomes('connected');
    await vi.advanceTimersByTimeAsync(3_000);
    expect(peer.restarts).toBe(0);
    expect(phone.state).toBe('ready');
  });

  test('that stays broken is made anew, under a new name', async () => {
    const { phone, peer } = await ready();
    peer.becomes('failed');
    await settle();
    peer.becomes('failed');
    await settle();
    peer.becomes('failed');
    await settle();
    expect(phone.state).toBe('mending');
    expect(peer.closed).toBe(true);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(peers).toHaveLength(2);
    expect(connects().at(-1)).toMatchObject({ tab: 'tab2' });
    expect(mics).toHaveLength(1);
  });

  test('an answer that never comes is not waited for', async () => {
    const phone = make();
    await phone.start();
    await settle();
    await vi.advanceTimersByTimeAsync(8_000 + 1_000);
    expect(connects().map((up) => 'tab' in up && up.tab)).toEqual(['tab1', 'tab2']);
    await vi.advanceTimersByTimeAsync(8_000 + 3_000);
    expect(connects()).toHaveLength(3);
  });

  test('an answer that the browser refuses is mended', async () => {
    const phone = make();
    await phone.start();
    await settle();
    peers[0]!.refuse = true;
    phone.receive({ kind: 'answer', tab: 'tab1', sdp: 'nonsense' });
    await vi.advanceTimersByTimeAsync(1_000);
    expect(peers).toHaveLength(2);
  });

  test('the socket comes back: the same connection is offered again', async () => {
    const { phone, peer } = await ready();
    online = false;
    await vi.advanceTimersByTimeAsync(20_000);
    expect(phone.state).toBe('ready');
    online = true;
    phone.linked();
    await settle();
    expect(peer.restarts).toBe(1);
    expect(connects().at(-1)).toMatchObject({ tab: 'tab1' });
  });

  test('the server loses the media: it is restarted', async () => {
    const { phone, peer } = await ready();
    phone.receive({ kind: 'media', tab: 'tab1', state: 'lost' });
    await settle();
    expect(peer.restarts).toBe(1);
    phone.receive({ kind: 'media', tab: 'tab1', state: 'connected' });
    expect(phone.state).toBe('ready');
  });
});

describe('the microphone', () => {
  test('is muted and stays muted over a change of device', async () => {
    const { phone, peer } = await ready();
    phone.mute(true);
    expect(mics[0]!.track.enabled).toBe(false);
    await phone.useMic('headset');
    expect(mics[0]!.track.stopped).toBe(true);
    expect(mics[1]!.track.enabled).toBe(false);
    expect(peer.sender.track).toBe(mics[1]!.track);
    phone.mute(false);
    expect(mics[1]!.track.enabled).toBe(true);
  });

  test('a headset that is pulled out makes room for the next one', async () => {
    const { phone, peer } = await ready();
    mics[0]!.track.onended?.();
    await settle();
    expect(mics).toHaveLength(2);
    expect(peer.sender.track).toBe(mics[1]!.track);
    expect(phone.state).toBe('ready');
  });
});

describe('quality', () => {
  test('is measured in calls only, as what was lost since the last look', async () => {
    const { phone, peer } = await ready();
    const rtp = (packetsLost: number, packetsReceived: number) =>
      new Map<string, unknown>([
        ['a', { type: 'inbound-rtp', packetsLost, packetsReceived, jitter: 0.012 }],
        ['b', { type: 'candidate-pair', nominated: true, currentRoundTripTime: 0.08 }],
      ]);
    peer.stats = rtp(0, 100);
    await vi.advanceTimersByTimeAsync(5_000);
    expect(sent.some((up) => up.do === 'quality')).toBe(false);
    phone.talking = true;
    await vi.advanceTimersByTimeAsync(5_000);
    peer.stats = rtp(10, 190);
    await vi.advanceTimersByTimeAsync(5_000);
    const [first, second] = sent.filter((up) => up.do === 'quality');
    expect(first).toMatchObject({ loss_percent: 0, jitter_ms: 12, rtt_ms: 80 });
    expect(second).toMatchObject({ loss_percent: 10 });
    phone.receive({ kind: 'quality', tab: 'tab1', mos_tenths: 38, loss_percent: 2, jitter_ms: 9, rtt_ms: 80 });
    expect(phone.sent?.mos).toBe(3.8);
  });

  test('a clean line is good, a lossy one is not, and nothing leaves the scale', () => {
    expect(mos(0, 5, 40)).toBeGreaterThan(4.2);
    expect(mos(5, 20, 150)).toBeLessThan(3.9);
    expect(mos(30, 100, 800)).toBeLessThan(2.5);
    expect(mos(100, 1000, 5000)).toBeGreaterThanOrEqual(1);
  });
});
