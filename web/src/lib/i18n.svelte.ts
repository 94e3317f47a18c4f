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
/** Texts of areas come with them: `../../messages/ru/calls.ftl`. */
const parts = import.meta.glob<string>(
  '../../messages/*/{admin,calls,cases,ledger,people,problems,profile,promises,routing,search,sla}.ftl',
  {
    query: '?raw',
    import: 'default',
  },
);
export type Part = 'admin' | 'calls' | 'cases' | 'ledger' | 'people' | 'profile' | 'promises' | 'routing' | 'search' | 'sla';
const part = (lang: Lang, name: Part | 'problems') => parts[`../../messages/${lang}/${name}.ftl`]!();
const KEY = 'okno.lang';

class I18n {
  lang = $state<Lang>('en');
  #bundle = $state.raw<FluentBundle>();
  #parts = new Set<Part>();

  async use(lang: Lang, { remember = true } = {}) {
    // English readers get the server's own words about what is wrong.
    const more = [...this.#parts, ...(lang === 'en' ? [] : (['problems'] as const))];
    const texts = await Promise.all([loaders[lang]().then((m) => m.default), ...more.map((name) => part(lang, name))]);
    const bundle = new FluentBundle(lang, { useIsolating: false });
    for (const text of texts) bundle.addResource(new FluentResource(text));
    this.#bundle = bundle;
    this.lang = lang;
    document.documentElement.lang = lang;
    if (remember) localStorage.setItem(KEY, lang);
  }

  /** Adds the texts of an area. */
  async add(name: Part) {
    if (this.#parts.has(name)) return;
    this.#bundle?.addResource(new FluentResource(await part(this.lang, name)));
    this.#parts.add(name);
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
