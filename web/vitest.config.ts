import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vitest/config';

/** A file of its own: `cargo build` installs only what builds the web apps, and vitest is not part of that. */
export default defineConfig({
  plugins: [svelte()],
  // Tests run the browser's build of Svelte in a light DOM.
  resolve: { conditions: ['browser'] },
  test: { environment: 'happy-dom', include: ['tests/**/*.test.ts', 'src/**/*.test.ts'] },
});
