/**
 * Compile-time proof that the documents in types.ts are those of the server's description: every field of ours exists there,
 * and every document of ours is one of theirs. The description marks what may be null as optional; ours are the stricter forms.
 */
import type { components } from '../api.gen';
import type * as Ours from './types';

type Theirs = components['schemas'];
type Agrees<A, B> = A extends B
  ? keyof A extends keyof B
    ? true
    : ['fields that the server does not know', Exclude<keyof A, keyof B>]
  : ['differs', A, B];
/** Fields of theirs that ours lacks. */
type Complete<A, B> = keyof B extends keyof A ? true : ['fields that the page does not know', Exclude<keyof B, keyof A>];
type Both<A, B> = Agrees<A, B> extends true ? Complete<A, B> : Agrees<A, B>;

interface Proof {
  agent: Both<Ours.AgentDoc, Theirs['AgentDoc']>;
  attachment: Both<Ours.AttachmentDoc, Theirs['AttachmentDoc']>;
  audit: Both<Ours.AuditDoc, Theirs['AuditDoc']>;
  case: Both<Ours.CaseDoc, Theirs['CaseDoc']>;
  caseEntry: Both<Ours.CaseEntryDoc, Theirs['CaseEntryDoc']>;
  forward: Both<Ours.ForwardDoc, Theirs['ForwardDoc']>;
  notice: Both<Ours.NoticeDoc, Theirs['NoticeDoc']>;
  topic: Both<Ours.TopicDoc, Theirs['TopicDoc']>;
  caseView: Both<Ours.CaseView, Theirs['CaseDetail']>;
  channel: Both<Ours.ChannelDoc, Theirs['ChannelDoc']>;
  mailbox: Both<Omit<Ours.MailboxSettings, 'kind'>, Theirs['MailboxSettings']>;
  searchHit: Both<Ours.SearchHit, Theirs['SearchHit']>;
  customer: Both<Ours.CustomerDoc, Theirs['CustomerDoc']>;
  decision: Both<Ours.DecisionDoc, Theirs['DecisionDoc']>;
  disposition: Both<Ours.DispositionDoc, Theirs['DispositionDoc']>;
  identity: Both<Ours.IdentityDoc, Theirs['IdentityDoc']>;
  interaction: Both<Ours.InteractionDoc, Theirs['InteractionDoc']>;
  view: Both<Ours.InteractionView, Theirs['InteractionDetail']>;
  ledger: Both<Ours.LedgerDoc, Theirs['LedgerDoc']>;
  summary: Both<Ours.LedgerSummary, Theirs['LedgerSummary']>;
  mail: Both<Ours.MailDoc, Theirs['MailDoc']>;
  attribute: Both<Ours.AttributeDoc, Theirs['AttributeDoc']>;
  organization: Both<Ours.OrganizationDoc, Theirs['OrganizationDoc']>;
  customerNote: Both<Ours.NoteDoc, Theirs['NoteDoc']>;
  order: Both<Ours.OrderDoc, Theirs['OrderDoc']>;
  pair: Both<Ours.MatchPair, Theirs['MatchPair']>;
  merge: Both<Ours.MergeDoc, Theirs['MergeDoc']>;
  match: Both<Ours.MatchDoc, Theirs['MatchDoc']>;
  me: Both<Ours.Me, Theirs['Me']>;
  message: Both<Ours.MessageDoc, Theirs['MessageDoc']>;
  pauseCode: Both<Ours.PauseCodeDoc, Theirs['PauseCodeDoc']>;
  blending: Both<Ours.BlendingDoc, Theirs['BlendingDoc']>;
  queue: Both<Ours.QueueDoc, Theirs['QueueDoc']>;
  hours: Both<Ours.HoursDoc, Theirs['HoursDoc']>;
  promise: Both<Ours.AnswerPromise, Theirs['AnswerPromise']>;
  aPromise: Both<Ours.PromiseDoc, Theirs['PromiseDoc']>;
  promisePreview: Both<Ours.PromisePreviewDoc, Theirs['PromisePreviewDoc']>;
  promiseCounts: Both<Ours.PromiseCountsDoc, Theirs['PromiseCountsDoc']>;
  policy: Both<Ours.PolicyDoc, Theirs['PolicyDoc']>;
  clock: Both<Ours.ClockDoc, Theirs['ClockDoc']>;
  slaNotice: Both<Ours.SlaNoticeDoc, Theirs['SlaNoticeDoc']>;
  policyPreview: Both<Ours.PolicyPreviewDoc, Theirs['PolicyPreviewDoc']>;
  queueWait: Both<Ours.QueueWaitDoc, Theirs['QueueWaitDoc']>;
  calibration: Both<Ours.CalibrationDoc, Theirs['CalibrationDoc']>;
  callbackCounts: Both<Ours.CallbackCountsDoc, Theirs['CallbackCountsDoc']>;
  role: Both<Ours.RoleDoc, Theirs['RoleDoc']>;
  segment: Both<Ours.SegmentDoc, Theirs['SegmentDoc']>;
  session: Both<Ours.SessionDoc, Theirs['Session']>;
  skill: Both<Ours.SkillDoc, Theirs['SkillDoc']>;
  team: Both<Ours.TeamDoc, Theirs['TeamDoc']>;
  timeline: Both<Ours.TimelineItem, Theirs['TimelineItem']>;
  user: Both<Ours.UserDoc, Theirs['UserDoc']>;
  workspace: Both<Ours.WorkspaceDoc, Theirs['WorkspaceDoc']>;
  call: Both<Ours.CallDoc, Theirs['CallDoc']>;
  callback: Both<Ours.CallbackDoc, Theirs['CallbackDoc']>;
  dialPlan: Both<Ours.DialPlanDoc, Theirs['DialPlanDoc']>;
  leg: Both<Ours.LegDoc, Theirs['LegDoc']>;
  phone: Both<Ours.PhoneDoc, Theirs['PhoneDoc']>;
  phoneSettings: Both<Omit<Ours.PhoneSettings, 'kind'>, Theirs['PhoneSettings']>;
  prompt: Both<Ours.PromptDoc, Theirs['PromptDoc']>;
  recording: Both<Ours.RecordingDoc, Theirs['RecordingDoc']>;
  trunk: Both<Ours.TrunkDoc, Theirs['TrunkDoc']>;
  right: Ours.Right extends Theirs['Right'] ? (Theirs['Right'] extends Ours.Right ? true : false) : false;
}
type Failed = { [K in keyof Proof]: Proof[K] extends true ? never : [K, Proof[K]] }[keyof Proof];
type MustBeNever<T extends never> = T;
/** Does not compile, and names the document, if one disagrees. */
export type Checked = MustBeNever<Failed>;
