/** Texts in the reader's language. Fluent; each language is loaded when it is chosen. */
import { FluentBundle, FluentResource, type FluentVariable } from '@fluent/bundle';
import type { Messages } from './messages.gen';
import type { Lang } from './types';

export const LANGS: readonly Lang[] = ['en', 'ru', 'pl'];
export const LANG_NAMES: Record<Lang, string> = { en: 'English', ru: 'Русский', pl: 'Polski' };
export type Key = keyof Messages;
/** A text without variables. */
export type PlainKey = { [K in Key]: [Messages[K]] extends [never] ? K : never }[Key];
type Args<K extends Key> = [Messages[K]] extends [never] ? [] : [Record<Messages[K], FluentVariable>];

const loaders: Record<Lang, () => Promise<{ default: string }>> = {
  en: () => import('../i18n/en'),
  ru: () => import('../i18n/ru'),
  pl: () => import('../i18n/pl'),
};
/** Texts of an area that few open come with it. */
const admin: typeof loaders = {
  en: () => import('../i18n/en.admin'),
  ru: () => import('../i18n/ru.admin'),
  pl: () => import('../i18n/pl.admin'),
};
const KEY = 'okno.lang';

class I18n {
  lang = $state<Lang>('en');
  #bundle = $state.raw<FluentBundle>();
  #admin = false;

  async use(lang: Lang, { remember = true } = {}) {
    const texts = await Promise.all([loaders[lang](), ...(this.#admin ? [admin[lang]()] : [])]);
    const bundle = new FluentBundle(lang, { useIsolating: false });
    for (const text of texts) bundle.addResource(new FluentResource(text.default));
    this.#bundle = bundle;
    this.lang = lang;
    document.documentElement.lang = lang;
    if (remember) localStorage.setItem(KEY, lang);
  }

  /** Adds the texts of the administration. */
  async useAdmin() {
    if (this.#admin) return;
    this.#bundle?.addResource(new FluentResource((await admin[this.lang]()).default));
    this.#admin = true;
  }

  /** The language chosen here, else the browser's, else English. */
  static first(): Lang {
    const wanted = [localStorage.getItem(KEY), ...navigator.languages].map((l) => l?.slice(0, 2));
    return (wanted.find((l) => LANGS.includes(l as Lang)) as Lang | undefined) ?? 'en';
  }
  static chosen = () => localStorage.getItem(KEY) !== null;

  t = <K extends Key>(key: K, ...args: Args<K>): string => this.text(key, args[0] as Record<string, FluentVariable> | undefined) ?? key;

  /** A text whose key comes from data; `undefined` if there is none. */
  text(key: string, args?: Record<string, FluentVariable>): string | undefined {
    const message = this.#bundle?.getMessage(key);
    return message?.value ? this.#bundle?.formatPattern(message.value, args) : undefined;
  }
}

export const i18n = new I18n();
export const firstLang = I18n.first;
export const langChosen = I18n.chosen;
export const t = i18n.t;
