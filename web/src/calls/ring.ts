/** The bell of the phone: made, not loaded, on the device of its own choice. Silent until the page has had a gesture. */

interface Sinkable {
  setSinkId?(id: string): Promise<void>;
}

/** Two beats and a rest, seconds. */
const BEATS = [0, 0.9];
const ROUND = 3.2;

export class Bell {
  #audio: AudioContext | undefined;
  #timer: ReturnType<typeof setInterval> | undefined;
  #sink = '';
  #volume = 0.5;

  get ringing() {
    return this.#timer !== undefined;
  }

  /** Has to be called in a gesture once; later calls cost nothing. */
  unlock() {
    this.#audio ??= new AudioContext();
    void this.#audio.resume();
  }

  start(volume: number, device: string) {
    this.#volume = volume;
    if (this.ringing) return;
    this.unlock();
    void this.use(device);
    this.#beat();
    this.#timer = setInterval(() => this.#beat(), ROUND * 1000);
  }

  stop() {
    clearInterval(this.#timer);
    this.#timer = undefined;
    // What has been put into the future stops with its context's clock.
    if (this.#audio?.state === 'running') void this.#audio.suspend();
  }

  /** Rings there; a device that is gone means the default one. */
  async use(device: string) {
    if (this.#sink === device) return;
    this.#sink = device;
    await (this.#audio as Sinkable | undefined)?.setSinkId?.(device).catch(() => {
      this.#sink = '';
    });
  }

  /** Once, to hear where it rings. */
  try(volume: number, device: string) {
    this.unlock();
    this.#volume = volume;
    void this.use(device).then(() => this.#beat());
  }

  #beat() {
    const audio = this.#audio;
    if (!audio) return;
    void audio.resume();
    for (const at of BEATS) {
      const start = audio.currentTime + 0.02 + at;
      const gain = audio.createGain();
      gain.gain.setValueAtTime(0, start);
      gain.gain.linearRampToValueAtTime(this.#volume * 0.35, start + 0.04);
      gain.gain.setValueAtTime(this.#volume * 0.35, start + 0.5);
      gain.gain.exponentialRampToValueAtTime(0.0001, start + 0.72);
      gain.connect(audio.destination);
      for (const [frequency, from] of [
        [659.25, 0],
        [830.6, 0.12],
        [659.25, 0.24],
        [830.6, 0.36],
      ] as const) {
        const tone = audio.createOscillator();
        tone.type = 'triangle';
        tone.frequency.value = frequency;
        tone.connect(gain);
        tone.start(start + from);
        tone.stop(start + from + 0.13);
      }
    }
  }
}
