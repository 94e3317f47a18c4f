/** What is being written to one interaction: text, recipients and files of the reply and of the note, kept as drafts. */
import { Problem, upload } from '../lib/api';
import { load, save, type Drafts } from '../lib/drafts';
import { t } from '../lib/i18n.svelte';
import type { AttachmentDoc } from '../lib/types';
import { explain } from '../ui/toasts.svelte';

/** `okno_model::limits`. */
export const MESSAGE_CHARS = 20_000;
const ATTACHMENT_BYTES = 20 * 1024 * 1024;
const ATTACHMENTS_PER_MESSAGE = 20;
const SAVE_MS = 300;

export class Upload {
  readonly name: string;
  readonly abort = new AbortController();
  share = $state(0);
  error = $state('');
  constructor(name: string) {
    this.name = name;
  }
}

export class Composer {
  readonly #user: string;
  readonly #id: string;
  drafts = $state<Drafts>()!;
  uploads = $state.raw<readonly Upload[]>([]);
  #timer = 0;

  constructor(user: string, interaction: string) {
    this.#user = user;
    this.#id = interaction;
    this.drafts = load(user, interaction);
  }

  get draft() {
    return this.drafts[this.drafts.tab];
  }

  /** Saves soon; the last letters before a crash are worth less than a smooth field. */
  changed() {
    clearTimeout(this.#timer);
    this.#timer = window.setTimeout(() => this.save(), SAVE_MS);
  }
  save() {
    clearTimeout(this.#timer);
    save(this.#user, this.#id, { ...$state.snapshot(this.drafts), at: Date.now() });
  }
  /** Forgets what was sent. */
  sent() {
    this.drafts[this.drafts.tab] = { text: '' };
    this.save();
  }

  async attach(files: Iterable<File>) {
    for (const file of files) {
      const one = new Upload(file.name);
      const count = (this.draft.files?.length ?? 0) + this.uploads.filter((u) => !u.error).length;
      this.uploads = [...this.uploads, one];
      if (file.size > ATTACHMENT_BYTES) one.error = t('file-too-large');
      else if (count >= ATTACHMENTS_PER_MESSAGE) one.error = t('file-too-many', { n: ATTACHMENTS_PER_MESSAGE });
      else void this.#upload(one, file, this.drafts.tab);
    }
  }
  async #upload(one: Upload, file: File, tab: Drafts['tab']) {
    try {
      const doc = await upload(file, (share) => (one.share = share), one.abort.signal);
      this.drafts[tab].files = [...(this.drafts[tab].files ?? []), doc];
      this.drop(one);
      this.save();
    } catch (e) {
      one.error = e instanceof Problem ? explain(e) : t('error-unexpected');
    }
  }
  drop(one: Upload) {
    one.abort.abort();
    this.uploads = this.uploads.filter((u) => u !== one);
  }
  detach(file: AttachmentDoc) {
    this.draft.files = this.draft.files?.filter((f) => f.id !== file.id);
    this.save();
  }
  get uploading() {
    return this.uploads.some((u) => !u.error);
  }
}
