import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { type Plugin, type UserConfig, defineConfig } from 'vite';

/** Writes .br and .gz beside every text file, so that the server compresses nothing at run time. */
const precompress: Plugin = {
  name: 'precompress',
  apply: 'build',
  closeBundle() {
    const dir = this.environment.config.build.outDir;
    const names = readdirSync(dir, { recursive: true }).map(String);
    for (const name of names.filter((n) => /\.(html|js|css|svg)$/.test(n))) {
      const path = join(dir, name);
      const data = readFileSync(path);
      if (data.length < 1024) continue;
      writeFileSync(`${path}.br`, brotliCompressSync(data));
      writeFileSync(`${path}.gz`, gzipSync(data, { level: 9 }));
    }
  },
};

/** The widget loads no styles with its late parts, so it does without Vite's helper that waits for them (0.8 kB). */
const lean: Plugin = {
  name: 'lean',
  enforce: 'pre',
  load: (id) => (id.endsWith('vite/preload-helper.js') ? 'export const __vitePreload = (load) => load();' : undefined),
};

/**
 * Three separate builds into one folder (scripts/build.mjs): the desk, the widget's frame page and the widget's loader.
 * Separate, so that the widget never pays for what only the desk uses of a shared chunk.
 */
/** Timings of our own plugins are no warning to whoever builds. */
const checks = { pluginTimings: false };
const inputs: Record<string, UserConfig['build']> = {
  desk: {
    rolldownOptions: {
      checks,
      input: resolve('index.html'),
      // One chunk of what every screen needs compresses better than thirty.
      output: { codeSplitting: { groups: [{ name: 'base', test: /node_modules|src\/(lib|sync|ui)\// }] } },
    },
  },
  widget: { rolldownOptions: { checks, input: resolve('widget.html') }, copyPublicDir: false, modulePreload: false },
  loader: {
    copyPublicDir: false,
    lib: { entry: resolve('src/widget/loader.ts'), formats: ['iife'], name: 'oknoLoader', fileName: () => 'w.js' },
  },
};

export default defineConfig(({ mode }) => ({
  plugins: [svelte(), ...(mode === 'widget' ? [lean] : []), ...(mode === 'loader' ? [precompress] : [])],
  build: { target: 'baseline-widely-available', emptyOutDir: false, reportCompressedSize: false, ...inputs[mode] },
  server: { proxy: { '/api': { target: 'http://127.0.0.1:8088', ws: true }, '/w.js': 'http://127.0.0.1:8088' } },
}));
