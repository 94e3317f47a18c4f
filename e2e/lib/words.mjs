// The texts of the screens, read from the translations: a story finds a button by what its user sees, and goes on
// finding it when somebody words it better.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './peers.mjs';

const read = (lang) => {
  const folder = join(root, 'web/messages', lang);
  const words = new Map();
  for (const name of readdirSync(folder)) {
    for (const [, key, text] of readFileSync(join(folder, name), 'utf8').matchAll(/^([a-z][\w-]*) = (.+)$/gm)) words.set(key, text);
  }
  return words;
};
const all = {};

/** A text as it stands, or a pattern if it has places for values. `values` fill places by name. */
export function t(key, values = {}, lang = 'en') {
  all[lang] ??= read(lang);
  const text = all[lang].get(key);
  if (text === undefined) throw new Error(`there is no text \`${key}\` in ${lang}`);
  const filled = text.replace(/\{ ?\$(\w+) ?\}/g, (place, name) => values[name] ?? place);
  if (!filled.includes('{')) return filled;
  const pattern = filled
    .split(/\{[^}]*\}/)
    .map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
    .join('.*');
  return new RegExp(`^${pattern}$`);
}
