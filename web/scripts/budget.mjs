// Fails when the first load of the desk, the widget or its loader outgrow their budgets (gzip). Run after `npm run build`.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { gzipSync } from 'node:zlib';

const { values } = parseArgs({ options: { outDir: { type: 'string', default: 'dist' } } });
const dist = values.outDir;
const BUDGETS = { desk: 90_000, widget: 30_000, loader: 2_000 };

const size = (file) => gzipSync(readFileSync(join(dist, file)), { level: 9 }).length;
const refs = (text) =>
  [...text.matchAll(/["'`](?:\/|\.\/)?(assets\/[\w.-]+|[\w.-]+\.(?:js|css))["'`]/g)].map(([, f]) =>
    f.startsWith('assets/') ? f : `assets/${f}`,
  );

/** A page with everything that it loads before it can show something: its tags, and their static imports. */
function page(html, more = () => false) {
  const files = new Set();
  const visit = (file) => {
    if (files.has(file) || !existsSync(join(dist, file))) return;
    files.add(file);
    if (!file.endsWith('.js')) return;
    const code = readFileSync(join(dist, file), 'utf8');
    for (const [, from] of code.matchAll(/(?:from|import)\s*["'`]\.\/([\w.-]+)["'`]/g)) visit(`assets/${from}`);
    for (const found of refs(code).filter(more)) visit(found);
  };
  for (const file of refs(readFileSync(join(dist, html), 'utf8'))) visit(file);
  return [html, ...files].reduce((sum, f) => sum + size(f), 0);
}

/** Sizes of the language files that a page's script can load. */
const languages = (html) =>
  refs(readFileSync(join(dist, html), 'utf8'))
    .filter((file) => file.endsWith('.js'))
    .flatMap((file) => refs(readFileSync(join(dist, file), 'utf8')).filter((f) => /assets\/(en|ru|pl)-/.test(f)))
    .map(size);

// The first screen of an agent: shell, one language, and the desk itself.
const results = {
  desk: page('index.html', (f) => /assets\/(en|Desk)-/.test(f)),
  // With the largest of its languages: whoever opens it loads one. Its long poll and its upload load only with their first use.
  widget: page('widget.html') + size('w.js') + Math.max(...languages('widget.html')),
  loader: size('w.js'),
};
let bad = false;
for (const [name, bytes] of Object.entries(results)) {
  const over = bytes > BUDGETS[name];
  bad ||= over;
  console.log(`${name.padEnd(7)} ${(bytes / 1000).toFixed(1).padStart(6)} kB gz of ${BUDGETS[name] / 1000}${over ? '  TOO LARGE' : ''}`);
}
process.exit(bad ? 1 : 0);
