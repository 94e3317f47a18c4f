/** Shortcuts. Single keys work outside fields only and can be switched off; F-keys and Ctrl work everywhere. */

export interface Shortcut {
  /** `j`, `Shift+E`, `F2`, `Mod+k` (Mod is Ctrl, or Command on a Mac). */
  keys: string;
  run: () => void;
  when?: () => boolean;
}

const FIELD = 'input, textarea, select, [contenteditable="true"]';

/** Letters by the physical key, so that the shortcuts work on a Russian layout too. */
export function name(e: Pick<KeyboardEvent, 'key' | 'code' | 'ctrlKey' | 'metaKey' | 'altKey' | 'shiftKey'>): string {
  const letter = /^Key([A-Z])$/.exec(e.code)?.[1]?.toLowerCase();
  const latin = /^[a-z]$/i.test(e.key) ? e.key.toLowerCase() : undefined;
  const base = latin ?? letter ?? e.key;
  const mods = [];
  if (e.ctrlKey || e.metaKey) mods.push('Mod');
  if (e.altKey) mods.push('Alt');
  // `?` is a key of its own, however it is typed.
  if (e.shiftKey && (base.length > 1 || letter)) mods.push('Shift');
  return [...mods, base].join('+');
}

export function matches(shortcut: string, e: KeyboardEvent): boolean {
  return name(e) === shortcut;
}

const stack: Shortcut[][] = [];
let enabled = () => true;

/** Adds shortcuts while a screen is shown; answers how to take them away. */
export function bind(shortcuts: Shortcut[]): () => void {
  stack.push(shortcuts);
  return () => {
    const at = stack.indexOf(shortcuts);
    if (at >= 0) stack.splice(at, 1);
  };
}

export function start(singleKeys: () => boolean) {
  enabled = singleKeys;
  document.addEventListener('keydown', handle);
}

export function handle(e: KeyboardEvent) {
  if (e.isComposing || e.repeat || e.defaultPrevented) return;
  const target = e.target instanceof Element ? e.target : null;
  const typing = Boolean(target?.closest(FIELD));
  // A modal dialog owns the keyboard.
  const modal = Boolean(document.querySelector('dialog:modal'));
  for (let i = stack.length - 1; i >= 0; i--) {
    for (const shortcut of stack[i] ?? []) {
      if (!matches(shortcut.keys, e) || (shortcut.when && !shortcut.when())) continue;
      const single = !/^(F\d+|Mod\+)/.test(shortcut.keys);
      if (single && (typing || modal || !enabled())) continue;
      if (modal && !/^F\d+$/.test(shortcut.keys)) continue;
      e.preventDefault();
      shortcut.run();
      return;
    }
  }
}

/** The same letters on the other keyboard layout: `ке` is `rt`. */
const RU = 'йцукенгшщзхъфывапролджэячсмитьбю';
const EN = "qwertyuiop[]asdfghjkl;'zxcvbnm,.";
export function otherLayout(text: string): string {
  return [...text.toLowerCase()]
    .map((c) => {
      const ru = RU.indexOf(c);
      if (ru >= 0) return EN[ru];
      const en = EN.indexOf(c);
      return en >= 0 ? RU[en] : c;
    })
    .join('');
}

/** Whether all words of the query begin or occur in the text, in either layout. */
export function fuzzy(text: string, query: string): boolean {
  const hay = text.toLowerCase();
  const hits = (q: string) =>
    q
      .toLowerCase()
      .split(/\s+/)
      .filter(Boolean)
      .every((word) => hay.includes(word));
  return hits(query) || hits(otherLayout(query));
}

export const mac = /Mac|iPhone|iPad/.test(globalThis.navigator?.platform ?? '');
