import { beforeEach, expect, test, vi } from 'vitest';
import type { Me, PhoneUp } from '../src/lib/types';
import { line } from '../src/calls/line.svelte';
import { store } from '../src/sync/store.svelte';

const sent: PhoneUp[] = [];
class Peer extends EventTarget {
  iceGatheringState = 'complete';
  localDescription = { sdp: 'offer' };
  addTrack() {}
  close() {}
  getSenders = () => [];
  async setLocalDescription() {}
}
const settle = () => new Promise((done) => setTimeout(done, 0));

beforeEach(() => {
  sent.length = 0;
  store.me = { user: { id: 'me' }, grants: [] } as unknown as Me;
  store.phoneUp = (up) => (sent.push(up), true);
  vi.stubGlobal('RTCPeerConnection', Peer);
  const track = { enabled: true, stop() {}, onended: null };
  const media = { getUserMedia: async () => ({ getAudioTracks: () => [track], getTracks: () => [track] }), addEventListener() {} };
  vi.stubGlobal('navigator', { mediaDevices: media, platform: '', languages: ['en'] });
});

test('a phone that another computer has taken is not taken back by itself, but by a press', async () => {
  line.want();
  await settle();
  const [first] = sent;
  expect(first).toMatchObject({ do: 'connect' });
  store.onPhone?.({ kind: 'taken', tab: 'another computer' });
  expect(line.state).toBe('elsewhere');
  sent.length = 0;
  line.want();
  await settle();
  expect(sent).toEqual([]);
  line.retry();
  await settle();
  expect(sent[0]).toMatchObject({ do: 'connect' });
  line.release();
  expect(sent.at(-1)).toMatchObject({ do: 'disconnect' });
  expect(line.state).toBe('off');
});
