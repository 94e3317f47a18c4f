import type en from './words/en';

/** The widget's texts: small tables of its own, of which a visitor loads one, so that he does not pay for the desk's. */
export type Words = { [K in keyof typeof en]: (typeof en)[K] extends string ? string : Partial<Record<Intl.LDMLPluralRule, string>> };
export type Key = keyof typeof en;

const tables = {
  en: () => import('./words/en'),
  ru: () => import('./words/ru'),
  pl: () => import('./words/pl'),
};
export type Language = keyof typeof tables;

export const load = async (language: Language): Promise<Texts> => new Texts(language, (await tables[language]()).default);

/** The first language of the list that the widget speaks; English otherwise. */
export const pick = (...wanted: (string | null | undefined)[]): Language =>
  wanted.map((w) => w?.slice(0, 2).toLowerCase()).find((w): w is Language => !!w && w in tables) ?? 'en';

export class Texts {
  readonly #plural: Intl.PluralRules;

  constructor(
    readonly language: Language,
    /** Those without places to fill are shown as they are. */
    readonly words: Words,
  ) {
    this.#plural = new Intl.PluralRules(language);
  }

  /** A text with its `{name}` places filled, or the form of a plural for `values.n`. */
  t = (key: Key, values: Record<string, string | number> = {}): string => {
    const word = this.words[key];
    const text = typeof word === 'string' ? word : (word[this.#plural.select(Number(values.n))] ?? word.other ?? '');
    return text.replace('#', String(values.n)).replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
  };

  /** A system message in the visitor's language; `otherwise` is the server's English text. */
  system(key: string | undefined, author: string, otherwise: string): string {
    const name = `system-${key}`;
    return name in this.words ? this.t(name as Key, { name: author }) : otherwise;
  }
}
