/** What is shown of an opened interaction: a part of its own, so that the first screen of a shift loads without it. */
export { default as Thread } from './Thread.svelte';
export { default as Context } from './Context.svelte';
