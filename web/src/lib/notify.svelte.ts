/** Ways to be noticed without taking the focus: sound, title, favicon, system notification. */

let audio: AudioContext | undefined;

/** Whether the browser lets us be heard. */
class Sound {
  ready = $state(false);
}
export const sound = new Sound();

/** Browsers allow sound only after a gesture; a key is as good as a click. */
export function unlockOnGesture() {
  const kinds = ['pointerdown', 'keydown'];
  const unlock = () => {
    // A modifier alone is no gesture for the browser: it goes on until one counts.
    if (navigator.userActivation && !navigator.userActivation.isActive) return;
    audio ??= new AudioContext();
    void audio.resume().then(() => {
      sound.ready = audio?.state === 'running';
      if (sound.ready) for (const kind of kinds) removeEventListener(kind, unlock, true);
    });
  };
  for (const kind of kinds) addEventListener(kind, unlock, true);
}

/** Two short tones; `offer` rises, `message` is one soft tone. */
export function tone(kind: 'offer' | 'message', volume: number) {
  if (!audio || audio.state !== 'running' || volume <= 0) return;
  const notes = kind === 'offer' ? [523.25, 659.25, 783.99] : [659.25];
  notes.forEach((frequency, i) => {
    const start = audio!.currentTime + i * 0.14;
    const gain = audio!.createGain();
    gain.gain.setValueAtTime(0, start);
    gain.gain.linearRampToValueAtTime(volume * 0.3, start + 0.02);
    gain.gain.exponentialRampToValueAtTime(0.0001, start + 0.3);
    const tone = audio!.createOscillator();
    tone.frequency.value = frequency;
    tone.connect(gain).connect(audio!.destination);
    tone.start(start);
    tone.stop(start + 0.32);
  });
}

/** `(2) okno`; while an offer rings, the customer's name. */
export const title = (count: number, ringing?: string) => `${count ? `(${count}) ` : ''}${ringing ? `${ringing} · ` : ''}okno`;

/** Draws a dot on the favicon. */
export function favicon(dot: boolean) {
  const link = document.querySelector<HTMLLinkElement>('link[rel="icon"]');
  if (!link) return;
  const body = `<rect x="3" y="3" width="26" height="26" rx="6" fill="#1d5fd1"/><path d="M16 7v18M7 16h18" stroke="#fff" stroke-width="2.4" stroke-linecap="round"/><path d="M9 9.5h4.6v4H9z" fill="#fff"/>`;
  const mark = dot ? '<circle cx="25" cy="7" r="7" fill="#d92d20" stroke="#fff" stroke-width="2"/>' : '';
  link.href = `data:image/svg+xml,${encodeURIComponent(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32">${body}${mark}</svg>`)}`;
}

export const notificationState = (): NotificationPermission | 'unsupported' =>
  'Notification' in globalThis ? Notification.permission : 'unsupported';

const shown = new Map<string, Notification>();
/** One notification per interaction; a click opens it. */
export function notify(id: string, heading: string, body: string, open: () => void) {
  if (notificationState() !== 'granted') return;
  const note = new Notification(heading, { body, tag: id, icon: '/favicon.svg' });
  note.onclick = () => {
    window.focus();
    open();
    note.close();
  };
  shown.set(id, note);
}
export function unnotify(id: string) {
  shown.get(id)?.close();
  shown.delete(id);
}
