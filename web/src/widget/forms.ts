// The forms of the widget, loaded together when one is needed.
export { default as Ask } from './Ask.svelte';
export { default as Offline } from './Offline.svelte';
