// Sound in files: a tone to speak with, and how loud a tone is in what was heard.
import { readFileSync, writeFileSync } from 'node:fs';

const RATE = 8000;

/** Writes a tone as 16-bit WAV. */
export function writeTone(path, hz, seconds) {
  const count = RATE * seconds;
  const wav = Buffer.alloc(44 + 2 * count);
  wav.write('RIFF', 0);
  wav.writeUInt32LE(36 + 2 * count, 4);
  wav.write('WAVEfmt ', 8);
  wav.writeUInt32LE(16, 16);
  wav.writeUInt16LE(1, 20);
  wav.writeUInt16LE(1, 22);
  wav.writeUInt32LE(RATE, 24);
  wav.writeUInt32LE(2 * RATE, 28);
  wav.writeUInt16LE(2, 32);
  wav.writeUInt16LE(16, 34);
  wav.write('data', 36);
  wav.writeUInt32LE(2 * count, 40);
  for (let i = 0; i < count; i++) wav.writeInt16LE(Math.round(9000 * Math.sin((2 * Math.PI * hz * i) / RATE)), 44 + 2 * i);
  writeFileSync(path, wav);
}

/** Samples of a WAV file of ours or of a peer, -1 to 1, per channel; also of one that is still being written. */
export function samples(bytes) {
  const wav = Buffer.isBuffer(bytes) ? bytes : readFileSync(bytes);
  let [at, channels, bits, format, rate] = [12, 1, 16, 1, RATE];
  while (at + 8 <= wav.length) {
    const [id, size] = [wav.toString('latin1', at, at + 4), wav.readUInt32LE(at + 4)];
    at += 8;
    if (id === 'fmt ') [format, channels, rate, bits] = [wav.readUInt16LE(at), wav.readUInt16LE(at + 2), wav.readUInt32LE(at + 4), wav.readUInt16LE(at + 14)];
    if (id === 'data') break;
    at += size;
  }
  const step = bits / 8;
  const all = Array.from({ length: channels }, () => []);
  for (let n = 0; at + step <= wav.length; at += step, n++) {
    all[n % channels].push(format === 1 ? wav.readInt16LE(at) / 32768 : law(wav[at], format));
  }
  return { rate, channels: all };
}

/** G.711: format 6 is A-law, 7 is mu-law. */
function law(byte, format) {
  if (format === 7) {
    const u = ~byte & 0xff;
    const value = ((((u & 15) << 3) + 132) << ((u >> 4) & 7)) - 132;
    return (u & 128 ? -value : value) / 32768;
  }
  const a = byte ^ 0x55;
  const exponent = (a >> 4) & 7;
  const value = exponent ? ((((a & 15) << 4) + 0x108) << (exponent - 1)) : ((a & 15) << 4) + 8;
  return (a & 128 ? value : -value) / 32768;
}

/** Root mean square. */
export const rms = (sound) => Math.sqrt(sound.reduce((sum, x) => sum + x * x, 0) / Math.max(1, sound.length));

/** Amplitude of one frequency. */
export function amplitude(sound, hz, rate = RATE) {
  let [re, im] = [0, 0];
  sound.forEach((x, n) => {
    re += x * Math.cos((2 * Math.PI * hz * n) / rate);
    im += x * Math.sin((2 * Math.PI * hz * n) / rate);
  });
  return (2 * Math.hypot(re, im)) / Math.max(1, sound.length);
}
