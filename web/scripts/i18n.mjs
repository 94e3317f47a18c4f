// Writes the type of all message keys with their variables from the English texts, and fails when a language lacks a key or a
// variable, or when a text is not used anywhere. `--check` also fails when the written file is not current.
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { FluentResource } from '@fluent/bundle';

export const LANGS = ['en', 'ru', 'pl'];
const OUT = 'src/lib/messages.gen.ts';

/** Names of the variables in a pattern, at any depth. */
function variables(node, found = new Set()) {
  if (Array.isArray(node)) node.forEach((n) => variables(n, found));
  else if (node && typeof node === 'object') {
    if (node.type === 'var') found.add(node.name);
    Object.values(node).forEach((n) => variables(n, found));
  }
  return found;
}

export function load(lang, root = 'messages') {
  const messages = new Map();
  for (const file of readdirSync(join(root, lang)).filter((f) => f.endsWith('.ftl'))) {
    const text = readFileSync(join(root, lang, file), 'utf8');
    for (const entry of new FluentResource(text).body) messages.set(entry.id, [...variables(entry.value)].sort());
    // What Fluent cannot read it drops silently: count the keys as written.
    for (const [, id] of text.matchAll(/^([a-z][a-z0-9-]*) =/gm))
      if (!messages.has(id)) throw new Error(`${lang}/${file}: \`${id}\` cannot be read`);
  }
  return messages;
}

export function problems(root = 'messages') {
  const found = [];
  const en = load('en', root);
  for (const lang of LANGS.slice(1)) {
    const other = load(lang, root);
    for (const [id, vars] of en) {
      if (!other.has(id)) found.push(`${lang} lacks \`${id}\``);
      else if (vars.join() !== other.get(id).join())
        found.push(`${lang}: \`${id}\` has the variables [${other.get(id)}], English has [${vars}]`);
    }
    for (const id of other.keys()) if (!en.has(id)) found.push(`${lang} has \`${id}\`, which English lacks`);
  }
  return found;
}

function unused(keys) {
  const source = readdirSync('src', { recursive: true })
    .map(String)
    .filter((f) => /\.(svelte|ts)$/.test(f) && !f.endsWith('.gen.ts') && !f.startsWith('widget'))
    .map((f) => readFileSync(join('src', f), 'utf8'))
    .join('\n');
  // Keys that are made of data: `filter-…`, `source-…`.
  const made = [...source.matchAll(/`([a-z]+-)\$\{/g)].map(([, prefix]) => prefix);
  return keys.filter((k) => !source.includes(`'${k}'`) && !made.some((p) => k.startsWith(p)));
}

if (import.meta.url === `file://${process.argv[1]}`) {
  const en = load('en');
  const body = [...en]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([id, vars]) => `  '${id}': ${vars.map((v) => `'${v}'`).join(' | ') || 'never'};`);
  const text = `// Made by scripts/i18n.mjs from messages/en. Do not edit.\nexport interface Messages {\n${body.join('\n')}\n}\n`;
  const found = [...problems(), ...unused([...en.keys()]).map((k) => `\`${k}\` is not used`)];
  if (process.argv.includes('--check')) {
    const had = (() => {
      try {
        return readFileSync(OUT, 'utf8');
      } catch {
        return '';
      }
    })();
    if (had !== text) found.push(`${OUT} is not current: run \`npm run i18n\``);
  } else writeFileSync(OUT, text);
  found.forEach((line) => console.error(line));
  if (found.length) process.exit(1);
  console.log(`${en.size} texts in ${LANGS.length} languages`);
}
