/** `/promise tomorrow 12:00 call about the refund`, typed where a reply is typed: the dialog with what was understood. */
import { mount, unmount } from 'svelte';
import { i18n } from '../lib/i18n.svelte';
import Make from './Make.svelte';

export async function ask(interaction: string, text: string): Promise<void> {
  await i18n.add('promises');
  const dialog = mount(Make, {
    target: document.body,
    props: { interaction, text, onclose: () => void unmount(dialog) },
  });
}
