import { mount } from 'svelte';
import { Chat } from './chat.svelte';
import './frame.css';
import Frame from './Frame.svelte';
import { inkOn } from './text';
import { load, pick } from './words';

const query = new URLSearchParams(location.search);
const language = pick(query.get('lang'), navigator.language);
document.documentElement.lang = language;

/** Color of the channel, and the theme that a page may set for its own design. */
function style({ color, theme }: Record<string, unknown>) {
  const root = document.documentElement.style;
  if (typeof color === 'string' && /^#[\da-f]{6}$/i.test(color)) {
    root.setProperty('--brand', color);
    root.setProperty('--on-brand', inkOn(color));
  }
  if (theme === 'light' || theme === 'dark') root.setProperty('color-scheme', theme);
}

let frame: { focus(): void } | undefined;
const chat = new Chat(query.get('key') ?? '', await load(language), query.get('host') ?? location.origin, {
  focus: () => frame?.focus(),
  style,
});
frame = mount(Frame, { target: document.querySelector('#app')!, props: { chat } });
