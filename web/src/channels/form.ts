/** The form of a channel: flat where the document is deep, so that fields can bind. */
import { i18n } from '../lib/i18n.svelte';
import type { ChannelDoc, MailboxSettings, PhoneSettings, ServerSettings, WidgetSettings } from '../lib/types';
import { numbers } from '../voice/text';

export interface ServerForm extends Omit<ServerSettings, 'has_password'> {
  on: boolean;
  has_password: boolean;
  /** Written only; empty leaves the stored one. */
  password: string;
}
export interface ChannelForm {
  kind: ChannelDoc['kind'];
  name: string;
  queue: string;
  enabled: boolean;
  mailbox: {
    address: string;
    sender_name: string;
    aliases: string;
    archive_before: string;
    signature: string;
    auto_reply: string;
    imap: ServerForm;
    smtp: ServerForm;
  };
  /** Lists as text, no prompt as an empty one. */
  phone: Omit<PhoneSettings, 'kind' | 'numbers' | 'greeting' | 'music' | 'callback_gaps'> & {
    numbers: string;
    greeting: string;
    music: string;
    callback_gaps: string;
  };
  widget: { sites: string; title: string; greeting: string; color: string; ask: WidgetSettings['ask'] };
}

const server = (stored: ServerSettings | null | undefined, port: number): ServerForm => ({
  on: Boolean(stored),
  host: stored?.host ?? '',
  port: stored?.port ?? port,
  tls: stored?.tls ?? 'tls',
  user: stored?.user ?? '',
  has_password: stored?.has_password ?? false,
  password: '',
});

const GREETINGS = {
  en: ['Chat with us', 'Hello! How can we help you?'],
  ru: ['Напишите нам', 'Здравствуйте! Чем можем помочь?'],
  pl: ['Napisz do nas', 'Dzień dobry! W czym możemy pomóc?'],
} as const;

export function draft(doc: ChannelDoc | undefined, queue: string): ChannelForm {
  const mail = doc?.settings.kind === 'mailbox' ? doc.settings : undefined;
  const widget = doc?.settings.kind === 'widget' ? doc.settings : undefined;
  const phone = doc?.settings.kind === 'phone' ? doc.settings : undefined;
  const [title, greeting] = GREETINGS[i18n.lang];
  return {
    kind: doc?.kind ?? 'mailbox',
    name: doc?.name ?? '',
    queue: doc?.queue ?? queue,
    enabled: doc?.enabled ?? true,
    mailbox: {
      address: mail?.address ?? '',
      sender_name: mail?.sender_name ?? '',
      aliases: mail?.aliases.join(', ') ?? '',
      archive_before: mail?.archive_before ? local(mail.archive_before) : '',
      signature: mail?.signature ?? '',
      auto_reply: mail?.auto_reply ?? '',
      imap: doc ? server(mail?.imap, 993) : { ...server(null, 993), on: true },
      smtp: doc ? server(mail?.smtp, 465) : { ...server(null, 465), on: true },
    },
    phone: {
      numbers: phone?.numbers.join('\n') ?? '',
      answer: phone?.answer ?? 'at_once',
      language: phone?.language ?? i18n.lang,
      greeting: phone?.greeting ?? '',
      music: phone?.music ?? '',
      announce_position: phone?.announce_position ?? true,
      announce_wait: phone?.announce_wait ?? true,
      announce_seconds: phone?.announce_seconds ?? 45,
      whisper: phone?.whisper ?? true,
      record: phone?.record ?? false,
      record_days: phone?.record_days ?? 90,
      callback: phone?.callback ?? true,
      callback_retries: phone?.callback_retries ?? 3,
      callback_gaps: (phone?.callback_gaps ?? [10, 30, 60]).join(', '),
      callback_hours: phone?.callback_hours ?? 24,
      voicemail: phone?.voicemail ?? true,
      voicemail_seconds: phone?.voicemail_seconds ?? 0,
      click_to_call: phone?.click_to_call ?? false,
    },
    widget: {
      // Our own origin at first: the test page works at once.
      sites: widget?.sites.join('\n') ?? location.origin,
      title: widget?.title ?? title,
      greeting: widget?.greeting ?? greeting,
      color: widget?.color ?? '#1d5fd1',
      ask: widget?.ask ?? 'optional',
    },
  };
}

/** What is sent. Passwords go only when they were typed; `null` would remove them. */
export function body(form: ChannelForm, doc: ChannelDoc | undefined): unknown {
  const common = { ...(doc ? {} : { kind: form.kind }), name: form.name, queue: form.queue, enabled: form.enabled };
  if (form.kind === 'widget') {
    const sites = words(form.widget.sites);
    return { ...common, settings: { kind: 'widget', ...form.widget, sites } };
  }
  if (form.kind === 'phone') {
    const { greeting, music, ...plain } = form.phone;
    const callback_gaps = words(form.phone.callback_gaps).map(Number);
    const settings = {
      kind: 'phone',
      ...plain,
      callback_gaps,
      numbers: numbers(form.phone.numbers),
      greeting: greeting || null,
      music: music || null,
    };
    return { ...common, settings };
  }
  const { imap, smtp, aliases, archive_before, ...plain } = form.mailbox;
  const settings: Omit<MailboxSettings, 'imap' | 'smtp'> & Record<'imap' | 'smtp', unknown> = {
    kind: 'mailbox',
    ...plain,
    aliases: words(aliases),
    archive_before: archive_before ? new Date(archive_before).getTime() : null,
    imap: connection(imap),
    smtp: connection(smtp),
  };
  return {
    ...common,
    settings,
    ...(imap.on && imap.password ? { imap_password: imap.password } : {}),
    ...(smtp.on && smtp.password ? { smtp_password: smtp.password } : {}),
  };
}

const connection = (s: ServerForm) => (s.on ? { host: s.host.trim(), port: s.port, tls: s.tls, user: s.user.trim() } : null);
const words = (text: string) => text.split(/[\s,;]+/).filter(Boolean);

/** For `datetime-local`: the reader's own time, to the minute. */
function local(at: number): string {
  const d = new Date(at - new Date(at).getTimezoneOffset() * 60_000);
  return d.toISOString().slice(0, 16);
}
