import './ui/tokens.css';
import './ui/base.css';
import { mount } from 'svelte';
import App from './App.svelte';
import { clock } from './lib/clock.svelte';
import { sweep } from './lib/drafts';
import { firstLang, i18n } from './lib/i18n.svelte';
import { start as startKeys } from './lib/keys';
import { prefs } from './lib/prefs.svelte';
import { router } from './lib/router.svelte';
import { store } from './sync/store.svelte';

prefs.apply();
clock.start();
router.start();
startKeys(() => prefs.get('shortcuts'));
sweep(Date.now());
// A part of an older build is gone from the server: only a reload helps.
addEventListener('vite:preloadError', (e) => {
  e.preventDefault();
  store.outdated = true;
});

await Promise.all([i18n.use(firstLang(), { remember: false }), store.start()]);
mount(App, { target: document.querySelector('#app')! });
