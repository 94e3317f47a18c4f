/** Choices of this browser: theme, density, sounds. They never leave it. */

export type Theme = 'auto' | 'light' | 'dark';
interface Stored {
  theme: Theme;
  dense: boolean;
  sound: 'always' | 'hidden' | 'never';
  volume: number;
  notify: boolean;
  shortcuts: boolean;
}

const KEY = 'okno.prefs';
const START: Stored = { theme: 'auto', dense: false, sound: 'always', volume: 0.5, notify: false, shortcuts: true };

function load(): Stored {
  try {
    return { ...START, ...(JSON.parse(localStorage.getItem(KEY) ?? '{}') as Partial<Stored>) };
  } catch {
    return START;
  }
}

class Prefs {
  #values = $state<Stored>(load());

  get<K extends keyof Stored>(key: K): Stored[K] {
    return this.#values[key];
  }
  set<K extends keyof Stored>(key: K, value: Stored[K]) {
    this.#values[key] = value;
    localStorage.setItem(KEY, JSON.stringify(this.#values));
    this.apply();
  }
  apply() {
    const root = document.documentElement;
    const theme = this.#values.theme;
    if (theme === 'auto') delete root.dataset.theme;
    else root.dataset.theme = theme;
    root.classList.toggle('dense', this.#values.dense);
  }
  nextTheme() {
    const order: Theme[] = ['auto', 'light', 'dark'];
    this.set('theme', order[(order.indexOf(this.#values.theme) + 1) % order.length] ?? 'auto');
  }
}

export const prefs = new Prefs();
