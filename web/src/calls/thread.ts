/** What a conversation shows of its calls, loaded when it has a telephone side. */
export { default as CallCard } from './CallCard.svelte';
export { default as Voicemail } from './Voicemail.svelte';
export { CallsOf } from './of.svelte';
