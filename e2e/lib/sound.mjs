// What a page really hears: the energy of the sound that its browser has received and played, from the browser's own figures.
import { until } from './wait.mjs';

/** Before any page of a context loads: every peer connection can be asked later. */
export async function listen(context) {
  await context.addInitScript(() => {
    const Native = globalThis.RTCPeerConnection;
    globalThis.peerConnections = [];
    globalThis.RTCPeerConnection = class extends Native {
      constructor(...given) {
        super(...given);
        globalThis.peerConnections.push(this);
      }
    };
  });
}

/** `{energy, packets}` of everything that this page or frame has heard so far, over its connections that stand. */
export const heard = (frame) =>
  frame.evaluate(async () => {
    const sum = { energy: 0, packets: 0 };
    for (const pc of globalThis.peerConnections ?? []) {
      if (pc.connectionState !== 'connected') continue;
      for (const stat of (await pc.getStats()).values()) {
        if (stat.type !== 'inbound-rtp') continue;
        sum.energy += stat.totalAudioEnergy ?? 0;
        sum.packets += stat.packetsReceived ?? 0;
      }
    }
    return sum;
  });

/** Loud: a beep or music of less than a second. What silence and comfort noise never reach. */
const LOUD = 0.0005;

/** Waits until sound arrives. */
export async function hears(frame, what) {
  const before = await heard(frame);
  await until(`${what} to be heard`, async () => {
    const now = await heard(frame);
    // A new connection counts from nothing.
    return now.energy - (now.packets < before.packets ? 0 : before.energy) > LOUD;
  });
}

/** Waits for two seconds of packets, and says how loud they were. Without packets nothing is sent at all: that is silence, too. */
export async function loudness(frame) {
  const before = await heard(frame);
  const end = Date.now() + 4_000;
  let now = before;
  await until('two seconds of sound', async () => {
    now = await heard(frame);
    return now.packets - before.packets >= 100 || Date.now() > end;
  });
  return now.energy - before.energy;
}
export const QUIET = LOUD / 2;
