/** The API's documents, as `okno-model` writes them. Times are UTC milliseconds, ids are UUIDs. */

export * from './types.cases';
export * from './types.customers';
export * from './types.promises';
export * from './types.search';
import type { CaseDoc, DepartmentDoc, ForwardDoc, NoticeDoc, TopicDoc } from './types.cases';
import type { AttributeDoc, CustomerDoc, MatchDoc, MergeDoc, NoteDoc, OrderDoc, OrganizationDoc } from './types.customers';
import type { PolicyDoc, PromiseDoc, SlaNoticeDoc } from './types.promises';

export type Id = string;
export type Ms = number;

export type Medium = 'voice' | 'email' | 'chat' | 'message' | 'task';
export type Lang = 'en' | 'ru' | 'pl';

export type Right =
  | 'agent.work'
  | 'interaction.pull'
  | 'interaction.read'
  | 'interaction.write'
  | 'interaction.manage'
  | 'customer.read'
  | 'customer.write'
  | 'case.read'
  | 'case.write'
  | 'case.answer'
  | 'case.manage'
  | 'agent.read'
  | 'agent.manage'
  | 'ledger.read'
  | 'ledger.manage'
  | 'routing.configure'
  | 'channel.configure'
  | 'user.configure'
  | 'workspace.configure'
  | 'call.dial'
  | 'call.monitor'
  | 'call.barge'
  | 'recording.listen'
  | 'recording.control'
  | 'voice.configure'
  | 'audit.read'
  | 'events.read';
export type Scope = 'own' | 'team' | 'queue' | 'all';
export interface Grant {
  right: Right;
  scope: Scope;
}

export type Presence = { kind: 'available' } | { kind: 'available_on_demand' } | { kind: 'paused'; code: Id | null } | { kind: 'offline' };
export type PresenceBy = 'agent' | 'supervisor' | 'rona' | 'lost_heartbeat' | 'next' | 'on_demand';
export type Activity =
  | { kind: 'offered'; offer: Id; until: Ms }
  | { kind: 'active'; since: Ms }
  | { kind: 'wrapup'; since: Ms; until: Ms | null; ends: WrapupKind };
/** What ends a wrap-up that runs; an optional one keeps no work away. */
export type WrapupKind = 'open' | 'timed' | 'fixed' | 'optional';
export interface Slot {
  interaction: Id;
  medium: Medium;
  activity: Activity;
}
export interface SkillLevel {
  skill: Id;
  level: number;
}
export type RequiredSkill = SkillLevel;
export type Capacity = Record<Medium, number>;
export interface AgentWrapupDoc {
  interaction: Id;
  queue: Id;
  medium: Medium;
  since: Ms;
  until: Ms | null;
  ends: 'open' | 'timed' | 'fixed' | 'optional';
  extended: number;
}
export interface AgentDoc {
  id: Id;
  name: string;
  team: Id | null;
  presence: Presence;
  since: Ms;
  by: PresenceBy;
  next: Presence | null;
  connected: boolean;
  /** A browser with a microphone or a registered SIP phone: calls can be offered. Older events lack it. */
  phone?: boolean;
  slots: Slot[];
  /** Wrap-ups of interactions that he gave away. */
  wrapups?: AgentWrapupDoc[];
  queues: Id[];
  skills: SkillLevel[];
  capacity: Capacity;
}
export interface PauseCodeDoc {
  id: Id;
  name: string;
  archived: boolean;
}
export interface DispositionDoc {
  id: Id;
  name: string;
  queue: Id | null;
  archived: boolean;
}

export type ClosedHow = 'finished' | 'abandoned' | 'customer_left' | 'joined' | 'refused';
export interface OtherOffer {
  offer: Id;
  agent: Id;
  until: Ms;
}
export type InteractionState =
  | { kind: 'new' }
  | { kind: 'queued' }
  | { kind: 'offered'; offer: Id; agent: Id; until: Ms; others?: OtherOffer[] }
  | { kind: 'active'; agent: Id; since: Ms; wrapup_requested: boolean }
  | { kind: 'wrapup'; agent: Id; since: Ms; until: Ms | null; ends: WrapupKind; extended: number }
  | { kind: 'closed'; at: Ms; how: ClosedHow };
export interface InteractionDoc {
  id: Id;
  medium: Medium;
  channel: Id;
  customer: Id | null;
  customer_name: string;
  subject: string;
  preview: string;
  language: string | null;
  queue: Id;
  agent: Id | null;
  state: InteractionState;
  priority: number;
  created: Ms;
  enqueued: Ms;
  due: Ms | null;
  answered: Ms | null;
  customer_waits: Ms | null;
  last_message: number;
  last_at: Ms;
  agent_read: number;
  customer_read: number;
  previous: Id | null;
  /** The case that it is about. */
  case?: Id | null;
  disposition: Id | null;
  customer_online: boolean;
  /** We began it: an outgoing call. */
  outbound?: boolean;
  /** The customer waits to be called back. */
  callback?: CallbackDoc | null;
  promise?: AnswerPromise | null;
  called_back?: CallbackDoc | null;
}
export type SegmentOutcome = 'handled' | 'abandoned' | 'overflowed' | 'transferred';
export interface SegmentDoc {
  id: Id;
  interaction: Id;
  queue: Id;
  agent: Id | null;
  enqueued: Ms;
  answered: Ms | null;
  wrapup: Ms | null;
  /** After `ended` where the interaction went on elsewhere. */
  wrapup_ended?: Ms | null;
  ended: Ms | null;
  outcome: SegmentOutcome | null;
  offers: number;
}
export interface DecisionDoc {
  at: Ms;
  act: string;
  rule: string;
  because: string;
  agent: Id | null;
  queue: Id;
  candidates: { agent: Id; idle_ms: number; skill: number; free: number; score: number; tier: number }[];
  removed: { filter: string; count: number; agents: Id[] }[];
  position: number | null;
  skipped: number | null;
}

/** Why an agent is not offered an interaction now. */
export interface ReasonDoc {
  agent: Id;
  filter: string;
  because: string;
  until: Ms | null;
}

export type Author = { kind: 'customer'; id: Id } | { kind: 'user'; id: Id; name: string } | { kind: 'system'; key: string };
export type MessageKind = 'inbound' | 'outbound' | 'note' | 'event';
export type Delivery =
  { kind: 'none' } | { kind: 'queued' } | { kind: 'sent'; at: Ms } | { kind: 'read'; at: Ms } | { kind: 'failed'; at: Ms; why: string };
export interface Address {
  name: string;
  address: string;
}
export interface MailDoc {
  from: Address;
  to: Address[];
  cc: Address[];
  subject: string;
  message_id: string;
  dmarc: string;
}
export interface AttachmentDoc {
  id: Id;
  name: string;
  mime: string;
  size: number;
  inline: boolean;
}
export interface MessageDoc {
  id: Id;
  interaction: Id;
  number: number;
  kind: MessageKind;
  author: Author;
  text: string;
  quoted: string;
  has_html: boolean;
  has_remote: boolean;
  client_id: string | null;
  at: Ms;
  delivery: Delivery;
  mail: MailDoc | null;
  attachments: AttachmentDoc[];
}

export type UnitKind = 'chat_opening' | 'mail' | 'form' | 'call' | 'voicemail';
export const UNIT_STATES = [
  'received',
  'quarantined',
  'open',
  'answered',
  'joined',
  'recovered',
  'withdrawn',
  'refused',
  'black_hole',
] as const;
export type UnitState = (typeof UNIT_STATES)[number];
export type BlackHoleCause =
  | 'abandoned_not_called_back'
  | 'queue_limbo'
  | 'mail_not_ingested'
  | 'parse_quarantine'
  | 'reply_bounced'
  | 'closed_without_reply'
  | 'after_hours_dropped'
  | 'transfer_lost'
  | 'department_silent'
  | 'form_unrouted';
export interface LedgerDoc {
  id: Id;
  kind: UnitKind;
  channel: Id;
  received: Ms;
  state: UnitState;
  cause: BlackHoleCause | null;
  /** It was brought back to people, and ends `recovered`. */
  recovering?: boolean;
  detail: string;
  queue: Id | null;
  owner: Id | null;
  deadline: Ms;
  interaction: Id | null;
  customer: Id | null;
  from: string;
  subject: string;
  ended: Ms | null;
}
export interface LedgerSummary {
  at: Ms;
  received: number;
  states: { state: UnitState; count: number }[];
  causes: { cause: BlackHoleCause; count: number }[];
  overdue: number;
  oldest_open: Ms | null;
  repeat_victims: number;
  black_holes_per_1000: number;
  conserved: boolean;
  violations: string[];
}

export interface WorkspaceDoc {
  id: Id;
  name: string;
  time_zone: string;
  language: Lang;
}
export interface UserDoc {
  id: Id;
  email: string;
  name: string;
  team: Id | null;
  roles: Id[];
  disabled: boolean;
  language: string;
  skills: SkillLevel[];
  queues: Id[];
  capacity: Capacity;
  created: Ms;
}
export interface RoleDoc {
  id: Id;
  key: string;
  name: string;
  grants: Grant[];
}
export interface TeamDoc {
  id: Id;
  name: string;
  /** What makes it a department. */
  department?: DepartmentDoc | null;
}
export interface SkillDoc {
  id: Id;
  name: string;
}
export type WrapupMode =
  | { kind: 'none' }
  | { kind: 'optional' }
  | { kind: 'optional_timed'; seconds: number }
  | { kind: 'agent_requested'; seconds: number }
  | { kind: 'discretionary' }
  | { kind: 'timed'; seconds: number }
  | { kind: 'fixed'; seconds: number };
export interface MayReceive {
  while_on: Medium;
  media: Medium[];
}
export interface BlendingDoc {
  id: Id;
  may_receive: MayReceive[];
  interruptible: Medium[];
  idle_after_seconds: number;
  idle_weight: number;
  wrapup_blocks: Medium[];
}
export type Strategy =
  | 'longest_idle'
  | 'least_recent'
  | 'fewest_contacts'
  | 'least_talk_time'
  | 'least_occupied'
  | 'round_robin'
  | 'linear'
  | 'ring_all'
  | 'ring_progressively'
  | 'random'
  | 'weighted_random'
  | 'skill_rank'
  | 'best_available_skills'
  | 'bullseye'
  | 'preferred_then_pool'
  | 'pull';
export type Ordering = 'priority_then_age' | 'fifo' | 'lifo' | 'score' | 'due_first' | 'gc_mu';
export interface Score {
  base: number;
  per_minute_by_priority: number[];
}
export type SkillsMode = 'all' | 'best' | 'disregard';
export interface Tier {
  agent: Id;
  tier: number;
}
export interface Ring {
  after_seconds: number;
  lower_levels: number;
  drop_skills: Id[];
  add_queues: Id[];
}
export type Window = 'shift' | 'hour' | 'day';
export interface QueueDoc {
  id: Id;
  name: string;
  strategy: Strategy;
  priority: number;
  ageing_seconds: number;
  skills: RequiredSkill[];
  chat_offer_seconds: number;
  email_offer_seconds: number;
  voice_offer_seconds: number;
  no_answer_delay_seconds: number;
  decline_delay_seconds: number;
  wrapup: WrapupMode;
  wrapup_extensions: number;
  wrapup_extension_seconds: number;
  reserve: number;
  busy_delay_seconds: number;
  answer_within_seconds: number;
  overflows: OverflowRule[];
  hours: Id | null;
  closed: Treatment;
  closing: ClosingRule;
  full: FullRule | null;
  empty: EmptyRule | null;
  archived: boolean;
  order: Ordering;
  score: Score;
  weight: number;
  skills_mode: SkillsMode;
  delay_seconds: number;
  tiers: Tier[];
  rings: Ring[];
  rings_survive_transfer: boolean;
  ring_seconds: number;
  preferred_seconds: number;
  window: Window;
  announce: AnnounceRule;
  recovery: RecoveryRule | null;
}
export type PositionRule = { kind: 'no' } | { kind: 'yes' } | { kind: 'limit'; limit: number } | { kind: 'more_than'; limit: number };
/** What those who wait are told of their place. */
export interface AnnounceRule {
  position: PositionRule;
  only_up: boolean;
}
/** Who leaves before anybody answered is come back to. */
export interface RecoveryRule {
  after_seconds: number;
  quiet_seconds: number;
}
export type OverflowWhen =
  | { kind: 'wait'; seconds: number }
  | { kind: 'estimated_wait'; seconds: number }
  | { kind: 'ratio'; waiting_per_agent_percent: number }
  | { kind: 'no_agents' };
export interface OverflowRule {
  when: OverflowWhen;
  to: Id;
}
/** What becomes of somebody who cannot be served soon. */
export type Treatment = { kind: 'wait' } | { kind: 'overflow'; to: Id } | { kind: 'promise' };
/** What becomes at closing time of those who still wait. */
export type Sweep = { kind: 'serve' } | { kind: 'promise' } | { kind: 'overflow'; to: Id };
export interface ClosingRule {
  sweep: Sweep;
}
export interface FullRule {
  max_waiting: number;
  then: Treatment;
}
export interface EmptyRule {
  then: Treatment;
}
export interface OpenInterval {
  from_minute: number;
  to_minute: number;
}
export type HolidayDay = { kind: 'date'; year: number; month: number; day: number } | { kind: 'yearly'; month: number; day: number };
export interface Holiday {
  day: HolidayDay;
  name: string;
  intervals: OpenInterval[];
}
export interface HoursException {
  from: number;
  to: number;
  open: boolean;
  name: string;
}
export interface HoursDoc {
  id: Id;
  name: string;
  time_zone: string;
  /** Monday first. */
  week: OpenInterval[][];
  holidays: Holiday[];
  exceptions: HoursException[];
  archived: boolean;
}
export interface AnswerPromise {
  why: 'closed' | 'closing' | 'full' | 'empty' | 'asked';
  made: number;
  opens?: number | null;
  due: number;
}
export interface WaitDoc {
  p50_seconds: number;
  p80_seconds: number;
  p90_seconds: number;
  sample: number;
}
export interface QueueWaitDoc {
  queue: Id;
  at: number;
  open: boolean;
  opens?: number | null;
  media: {
    medium: Medium;
    waiting: number;
    longest_seconds: number;
    agents: number;
    wait?: WaitDoc | null;
    unknown?: string | null;
  }[];
  line: { interaction: Id; position: number; wait?: WaitDoc | null }[];
}
export interface CalibrationDoc {
  queue: Id;
  medium: Medium;
  answered: number;
  gave_up: number;
  coverage_p50: number;
  coverage_p80: number;
  coverage_p90: number;
  in_band: number;
  mean_absolute_error: number;
  bias: number;
}
export interface CallbackCountsDoc {
  queue: Id;
  medium: Medium;
  /** `2027-01-18`, where the queue is. */
  day: string;
  offered: number;
  accepted: number;
  owed: number;
  kept: number;
  late: number;
  failed: number;
  canceled: number;
  joined: number;
  open: number;
}
export type TlsMode = 'tls' | 'starttls' | 'none';
export interface ServerSettings {
  host: string;
  port: number;
  tls: TlsMode;
  user: string;
  has_password: boolean;
}
export interface MailboxSettings {
  kind: 'mailbox';
  address: string;
  sender_name: string;
  aliases: string[];
  imap: ServerSettings | null;
  archive_before: Ms | null;
  smtp: ServerSettings | null;
  signature: string;
  auto_reply: string;
}
export interface WidgetSettings {
  kind: 'widget';
  key: string;
  sites: string[];
  title: string;
  greeting: string;
  color: string;
  ask: 'no' | 'optional' | 'required';
}
export type AnswerMode = 'at_once' | 'with_agent';
export interface PhoneSettings {
  kind: 'phone';
  numbers: string[];
  answer: AnswerMode;
  language: string;
  greeting: Id | null;
  music: Id | null;
  announce_position: boolean;
  announce_wait: boolean;
  announce_seconds: number;
  whisper: boolean;
  record: boolean;
  record_days: number;
  callback: boolean;
  voicemail: boolean;
  callback_retries: number;
  callback_gaps: number[];
  callback_hours: number;
  voicemail_seconds: number;
  click_to_call: boolean;
}
export interface HealthDoc {
  state: 'ok' | 'connecting' | 'error' | 'off';
  detail: string;
  since: Ms;
}
export interface ChannelDoc {
  id: Id;
  kind: 'mailbox' | 'widget' | 'phone';
  name: string;
  queue: Id;
  enabled: boolean;
  settings: MailboxSettings | WidgetSettings | PhoneSettings;
  health: HealthDoc;
}

export type SipTransport = 'udp' | 'tcp' | 'tls';
export type SrtpPolicy = 'no' | 'optional' | 'required';
export interface TrunkDoc {
  id: Id;
  name: string;
  enabled: boolean;
  order: number;
  host: string;
  port: number;
  transport: SipTransport;
  register: boolean;
  user: string;
  realm: string;
  has_password: boolean;
  sources: string[];
  trusted: boolean;
  srtp: SrtpPolicy;
  codecs: string[];
  max_calls: number;
  calls_per_second: number;
  caller_id: string;
  health: HealthDoc;
}
export interface PhoneDoc {
  id: Id;
  agent: Id;
  name: string;
  login: string;
  has_password: boolean;
  sha256: boolean;
  srtp: SrtpPolicy;
  enabled: boolean;
  registered: { address: string; user_agent: string; until: Ms }[];
}
export interface PromptPartDoc {
  language: string;
  text: string;
  ms: number;
  blob: string;
}
export interface PromptDoc {
  id: Id;
  name: string;
  kind: 'speech' | 'music';
  parts: PromptPartDoc[];
}
export interface DialPlanDoc {
  id: Id;
  country: string;
  national_prefix: string;
  allow: string[];
  deny: string[];
  agent_calls_per_day: number;
  agent_minutes_per_day: number;
  max_calls: number;
}

export type CallEnder = 'customer' | 'agent' | 'system';
export type CallState =
  | { kind: 'ringing' }
  | { kind: 'waiting' }
  | { kind: 'voicemail' }
  | { kind: 'talking' }
  | { kind: 'held' }
  | { kind: 'ended'; at: Ms; by: CallEnder; cause: string };
export type MonitorMode = 'listen' | 'coach' | 'barge';
export interface QualityDoc {
  loss: number;
  jitter_ms: number;
  rtt_ms: number;
  mos: number;
}
export interface LegDoc {
  number: number;
  role: 'customer' | 'agent' | 'consulted' | 'supervisor';
  device: 'trunk' | 'browser' | 'phone' | 'widget';
  agent: Id | null;
  name: string;
  state: 'ringing' | 'connected' | 'held' | 'ended';
  muted: boolean;
  mode: MonitorMode | null;
  started: Ms;
  answered: Ms | null;
  ended: Ms | null;
  cause: string;
  quality: QualityDoc | null;
}
export interface CallDoc {
  id: Id;
  interaction: Id;
  channel: Id;
  direction: 'inbound' | 'outbound';
  number: string;
  our_number: string;
  unconfirmed: boolean;
  trunk: Id | null;
  state: CallState;
  started: Ms;
  answered: Ms | null;
  connected: Ms | null;
  legs: LegDoc[];
  consulting: boolean;
  conference: boolean;
  recording: 'off' | 'on' | 'paused';
  talk_ms: number;
  hold_ms: number;
}
export interface RecordingDoc {
  id: Id;
  call: Id;
  interaction: Id;
  started: Ms;
  ended: Ms | null;
  ms: number;
  chunks: number;
  voicemail: boolean;
  cut: boolean;
  expires: Ms | null;
  deleted: boolean;
}
export interface CallbackDoc {
  number: string;
  asked: Ms;
  tries: number;
  next: Ms | null;
  expires: Ms;
  due: Ms | null;
}

/** What a browser with a microphone says to the telephone door. */
export type PhoneUp =
  | { do: 'connect'; tab: string; sdp: string }
  | { do: 'disconnect'; tab: string }
  | { do: 'quality'; tab: string; loss_percent: number; jitter_ms: number; rtt_ms: number }
  | { do: 'digits'; digits: string }
  | { do: 'hangup' }
  | { do: 'echo'; tab: string; on: boolean };
/** What the telephone door says to a browser. */
export type PhoneDown =
  | { kind: 'answer'; tab: string; sdp: string }
  | { kind: 'refused'; tab: string; code: string; why: string }
  | { kind: 'media'; tab: string; state: string }
  | { kind: 'taken'; tab: string }
  | { kind: 'quality'; tab: string; mos_tenths: number; loss_percent: number; jitter_ms: number; rtt_ms: number }
  | { kind: 'call'; state: string; position: number | null };
export type DialTo = { kind: 'number'; number: string } | { kind: 'agent'; agent: Id };
export type CallCommand =
  | { act: 'hold'; on: boolean }
  | { act: 'mute'; on: boolean }
  | { act: 'digits'; digits: string }
  | { act: 'consult'; to: DialTo }
  | { act: 'swap' }
  | { act: 'merge' }
  | { act: 'end_consult' }
  | { act: 'complete' }
  | { act: 'transfer_out'; number: string }
  | { act: 'drop'; leg: number }
  | { act: 'answer' }
  | { act: 'decline' }
  | { act: 'hangup' }
  | { act: 'record'; on: boolean; field?: string }
  | { act: 'monitor'; mode: MonitorMode }
  | { act: 'stop_monitor' }
  | { act: 'take_over' };
export interface AuditDoc {
  seq: number;
  at: Ms;
  actor: string;
  act: string;
  subject: string;
  data: unknown;
  hash: string;
}

export interface Me {
  user: UserDoc;
  grants: Grant[];
  workspace: WorkspaceDoc;
  agent: AgentDoc | null;
  build: string;
  files_origin: string;
  seq: number;
}
export interface SessionDoc {
  id: Id;
  created: Ms;
  seen: Ms;
  expires: Ms;
  /** IP address. */
  address: string;
  agent: string;
  current: boolean;
}
export interface Page<T> {
  items: T[];
  next: string | null;
}
export interface InteractionView {
  interaction: InteractionDoc;
  segments: SegmentDoc[];
  customer: CustomerDoc | null;
  matches: MatchDoc[];
}
export interface ProblemDoc {
  type?: string;
  title: string;
  status: number;
  code: string;
  detail?: string;
  field?: string;
}
export interface UserName {
  id: Id;
  name: string;
}
export interface Snapshot {
  interactions: InteractionDoc[];
  agents: AgentDoc[];
  queues: QueueDoc[];
  skills: SkillDoc[];
  channels: ChannelDoc[];
  pause_codes: PauseCodeDoc[];
  dispositions: DispositionDoc[];
  teams: TeamDoc[];
  users: UserName[];
  /** Live ones that he may see; a server without the telephone sends none. */
  calls?: CallDoc[];
}

interface What {
  'interaction.created': InteractionDoc;
  'interaction.queued': InteractionDoc;
  'interaction.offered': InteractionDoc;
  'interaction.offer_ended': InteractionDoc;
  'interaction.assigned': InteractionDoc;
  'interaction.transferred': InteractionDoc;
  'interaction.wrapup_started': InteractionDoc;
  'interaction.closed': InteractionDoc;
  'interaction.changed': InteractionDoc;
  'interaction.decided': { interaction: Id; decision: DecisionDoc };
  'message.created': MessageDoc;
  'message.changed': MessageDoc;
  'agent.changed': AgentDoc;
  'customer.changed': CustomerDoc;
  'match.changed': MatchDoc;
  'case.created': CaseDoc;
  'case.changed': CaseDoc;
  'customer.merged': MergeDoc;
  'organization.changed': OrganizationDoc;
  'attribute.changed': AttributeDoc;
  'note.changed': NoteDoc;
  'order.changed': OrderDoc;
  'customer.unmerged': MergeDoc;
  'forward.changed': ForwardDoc;
  'notice.changed': NoticeDoc;
  'topic.changed': TopicDoc;
  'ledger.changed': LedgerDoc;
  'queue.changed': QueueDoc;
  'hours.changed': HoursDoc;
  'skill.changed': SkillDoc;
  'channel.changed': ChannelDoc;
  'user.changed': UserDoc;
  'role.changed': RoleDoc;
  'team.changed': TeamDoc;
  'pause_code.changed': PauseCodeDoc;
  'disposition.changed': DispositionDoc;
  'workspace.changed': WorkspaceDoc;
  'call.changed': CallDoc;
  'recording.changed': RecordingDoc;
  'trunk.changed': TrunkDoc;
  'phone.changed': PhoneDoc;
  'prompt.changed': PromptDoc;
  'dial_plan.changed': DialPlanDoc;
  'blending.changed': BlendingDoc;
  'policy.changed': PolicyDoc;
  'sla.warned': SlaNoticeDoc;
  'sla.breached': SlaNoticeDoc;
  'promise.made': PromiseDoc;
  'promise.kept': PromiseDoc;
  'promise.broken': PromiseDoc;
  'promise.nudged': PromiseDoc;
  'promise.changed': PromiseDoc;
}
export type EventName = keyof What;
export type EventFrame = {
  [K in EventName]: {
    t: 'event';
    id: Id;
    seq: number;
    at: Ms;
    actor: { kind: 'user'; id: Id } | { kind: 'customer' } | { kind: 'system' };
    type: K;
    data: What[K];
  };
}[EventName];
export type ServerFrame =
  | { t: 'snapshot'; seq: number; build: string; now: Ms; data: Snapshot }
  | EventFrame
  | { t: 'skip'; from: number; seq: number }
  | { t: 'gone'; seq: number; kind: string; id: Id }
  | { t: 'typing'; interaction: Id; who: string; on: boolean; text?: string }
  | { t: 'phone'; down: PhoneDown }
  | { t: 'resumed'; seq: number; build: string; now: Ms }
  | { t: 'pong'; now: Ms };
export type ClientFrame =
  { t: 'hello'; resume: number | null } | { t: 'typing'; interaction: Id; on: boolean } | { t: 'phone'; up: PhoneUp } | { t: 'ping' };
