// Made by scripts/codegen.mjs from openapi.json. Do not edit.
export type paths = Record<string, never>;
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /** @description What one slot of an agent does. */
        Activity: {
            /** @enum {string} */
            kind: "offered";
            offer: components["schemas"]["OfferId"];
            until: components["schemas"]["Timestamp"];
        } | {
            /** @enum {string} */
            kind: "active";
            since: components["schemas"]["Timestamp"];
        } | {
            /** @description What ends it, and whether it occupies him. */
            ends?: components["schemas"]["WrapupKind"];
            /** @enum {string} */
            kind: "wrapup";
            since: components["schemas"]["Timestamp"];
            until?: components["schemas"]["Timestamp"] | null;
        };
        /** @description Who caused an event. */
        Actor: {
            id: components["schemas"]["UserId"];
            /** @enum {string} */
            kind: "user";
        } | {
            /** @enum {string} */
            kind: "customer";
        } | {
            /** @enum {string} */
            kind: "system";
        };
        /** @description A mail address with a name. */
        Address: {
            /** @description Address. */
            address: string;
            /** @description Shown name, may be empty. */
            name: string;
        };
        /** @description An agent as the floor sees him. */
        AgentDoc: {
            /** @description Who set it. */
            by: components["schemas"]["PresenceBy"];
            /** @description How many interactions of each medium he takes at once. */
            capacity: components["schemas"]["Capacity"];
            /** @description False while his desk is not connected: he is routed nothing. */
            connected: boolean;
            /** @description His id (the same UUID as his user id). */
            id: components["schemas"]["AgentId"];
            /** @description Display name. */
            name: string;
            next?: components["schemas"]["Presence"] | null;
            /** @description He has a phone that can take a call: a browser with a microphone, or a registered SIP phone. */
            phone?: boolean;
            /** @description Chosen presence. */
            presence: components["schemas"]["Presence"];
            /** @description Queues he serves. */
            queues: components["schemas"]["QueueId"][];
            /** @description Since when. */
            since: components["schemas"]["Timestamp"];
            /** @description Skills with levels 1-10. */
            skills: components["schemas"]["SkillLevel"][];
            /** @description What occupies him. */
            slots: components["schemas"]["Slot"][];
            team?: components["schemas"]["TeamId"] | null;
            /** @description Wrap-ups of interactions that he has given away: they are his, wherever the interaction is now. His slots have them, too. */
            wrapups?: components["schemas"]["AgentWrapupDoc"][];
        };
        /**
         * Format: uuid
         * @description A user in his role as an agent; the same UUID as his `UserId`.
         */
        AgentId: string;
        /** @description An agent finishes his notes about an interaction that goes on elsewhere. */
        AgentWrapupDoc: {
            /** @description What ends it. */
            ends: components["schemas"]["WrapupKind"];
            /**
             * Format: int32
             * @description How often he lengthened it.
             */
            extended: number;
            /** @description Which. */
            interaction: components["schemas"]["InteractionId"];
            /** @description Medium. */
            medium: components["schemas"]["Medium"];
            /** @description The queue in which he had it: its rules hold. */
            queue: components["schemas"]["QueueId"];
            /** @description Since when. */
            since: components["schemas"]["Timestamp"];
            until?: components["schemas"]["Timestamp"] | null;
        };
        /**
         * @description What those who wait are told of their place (behaviour.md B6). Never twice within 15 seconds, and never while an agent is being called
         *     for them. A channel may still say nothing at all.
         */
        AnnounceRule: {
            /** @description A place is said only when it is better than the one said before. Otherwise each time. */
            only_up: boolean;
            /** @description Which places are said. */
            position: components["schemas"]["PositionRule"];
        };
        /**
         * @description When a call is answered that comes in.
         * @enum {string}
         */
        AnswerMode: "at_once" | "with_agent";
        /** @description What a customer was told who cannot be answered soon. */
        AnswerPromise: {
            /** @description By when he is answered. */
            due: components["schemas"]["Timestamp"];
            /** @description When it was decided. */
            made: components["schemas"]["Timestamp"];
            opens?: components["schemas"]["Timestamp"] | null;
            /** @description Why. */
            why: components["schemas"]["PromiseWhy"];
        };
        /** @description A file of a message; its content is fetched by a link of its own, from another origin. */
        AttachmentDoc: {
            /** @description Id. */
            id: components["schemas"]["AttachmentId"];
            /** @description Shown inside the HTML form, not as a file of its own. */
            inline: boolean;
            /** @description Media type as detected, never as claimed. */
            mime: string;
            /** @description Safe name. */
            name: string;
            /**
             * Format: int64
             * @description Bytes.
             */
            size: number;
        };
        /**
         * Format: uuid
         * @description A file of a message.
         */
        AttachmentId: string;
        /** @description A field that the company has given to customers, organizations or cases. */
        AttributeDoc: {
            /** @description What may be chosen. */
            choices: string[];
            /** @description Id. */
            id: components["schemas"]["AttributeId"];
            /** @description Short name for programs and imports: `contract_no`. It never changes. */
            key: string;
            /** @description What it holds. */
            kind: components["schemas"]["AttributeKind"];
            /** @description Shown name. */
            label: string;
            /** @description What it is about. */
            on: components["schemas"]["AttributeOn"];
            /** @description What text must look like: a regular expression for the whole of it; empty for anything. */
            pattern: string;
            /**
             * Format: int64
             * @description Place in lists, smallest first.
             */
            position: number;
            /** @description Whoever changes the attributes must give it. */
            required: boolean;
        };
        /**
         * Format: uuid
         * @description A field that the company has given to customers, organizations or cases.
         */
        AttributeId: string;
        /** @description An attribute. */
        AttributeInput: {
            /** @description Choices. */
            choices?: string[] | null;
            /** @description Short name for programs; required on creation, and stays. */
            key?: string | null;
            kind?: components["schemas"]["AttributeKind"] | null;
            /** @description Shown name; required on creation. */
            label?: string | null;
            on?: components["schemas"]["AttributeOn"] | null;
            /** @description Regular expression; empty for anything. */
            pattern?: string | null;
            /**
             * Format: int64
             * @description Place in lists.
             */
            position?: number | null;
            /** @description Must be given. */
            required?: boolean | null;
        };
        /**
         * @description What an attribute holds.
         * @enum {string}
         */
        AttributeKind: "text" | "number" | "date" | "choice" | "bool" | "phone" | "email" | "url";
        /**
         * @description What an attribute is about.
         * @enum {string}
         */
        AttributeOn: "customer" | "organization" | "case";
        /** @description The value of an attribute. Days, choices, numbers of telephones and addresses are text in their one form. */
        AttributeValue: boolean | number | string;
        /** @description One audit entry. */
        AuditDoc: {
            /** @description What: `queue.changed`, `user.signed_in`, ... */
            act: string;
            /** @description Who: a user's name, or `system`. */
            actor: string;
            /** @description When. */
            at: components["schemas"]["Timestamp"];
            /** @description Before and after, without secrets. */
            data: unknown;
            /** @description SHA-256 over the previous hash and this entry, hexadecimal. */
            hash: string;
            /**
             * Format: int64
             * @description Number, gap-free.
             */
            seq: number;
            /** @description On what. */
            subject: string;
        };
        /** @description Who says a message. */
        Author: {
            id: components["schemas"]["CustomerId"];
            /** @enum {string} */
            kind: "customer";
        } | {
            id: components["schemas"]["UserId"];
            /** @enum {string} */
            kind: "user";
            name: string;
        } | {
            key: string;
            /** @enum {string} */
            kind: "system";
        };
        BTreeMap: {
            [key: string]: boolean | number | string;
        };
        /** @description One reason why something is due when it is. The web says it in words. */
        Because: {
            /** @description When. */
            at: components["schemas"]["Timestamp"];
            /** @description By what. */
            by: components["schemas"]["Cause"];
            /** @enum {string} */
            kind: "started";
        } | {
            /** @enum {string} */
            kind: "target";
            /**
             * Format: int32
             * @description Open minutes.
             */
            minutes: number;
        } | {
            /** @description From when. */
            from: components["schemas"]["Timestamp"];
            /** @enum {string} */
            kind: "shut";
            /** @description To when. */
            to: components["schemas"]["Timestamp"];
        } | {
            /**
             * Format: int32
             * @description How many.
             */
            count: number;
            /** @enum {string} */
            kind: "shut_more";
        } | {
            /** @description From when. */
            from: components["schemas"]["Timestamp"];
            /** @enum {string} */
            kind: "paused";
            /** @description In which phase. */
            phase: components["schemas"]["Phase"];
            to?: components["schemas"]["Timestamp"] | null;
        } | {
            /** @enum {string} */
            kind: "never_open";
        };
        /**
         * @description Why a unit fell into the black hole.
         * @enum {string}
         */
        BlackHoleCause: "abandoned_not_called_back" | "queue_limbo" | "mail_not_ingested" | "parse_quarantine" | "reply_bounced" | "closed_without_reply" | "after_hours_dropped" | "transfer_lost" | "department_silent" | "form_unrouted";
        /** @description The rules of one workspace for work of several media at once. How many of each medium an agent takes is his own capacity. */
        BlendingDoc: {
            /** @description The workspace. */
            id: components["schemas"]["WorkspaceId"];
            /**
             * Format: int32
             * @description A chat or messenger thread counts less when we wrote last and its customer is silent for so many seconds; 0 for never.
             */
            idle_after_seconds?: number;
            /**
             * Format: int32
             * @description How much it counts then, percent of one.
             */
            idle_weight?: number;
            /** @description Work that a call may interrupt: it keeps no calls away, whatever `may_receive` says. */
            interruptible?: components["schemas"]["Medium"][];
            /**
             * @description What may be offered to an agent who has something of a medium. A medium without an entry keeps nothing away; the
             *     same medium is always a matter of his capacity alone.
             */
            may_receive?: components["schemas"]["MayReceive"][];
            /** @description Media whose wrap-up keeps work of all other media away too. */
            wrapup_blocks?: components["schemas"]["Medium"][];
        };
        /** @description The rules for work of several media at once, as a whole. */
        BlendingInput: {
            /**
             * Format: int32
             * @description A chat counts less when its customer is silent for so many seconds; 0 for never.
             */
            idle_after_seconds: number;
            /**
             * Format: int32
             * @description How much it counts then, percent.
             */
            idle_weight: number;
            /** @description Work that a call may interrupt. */
            interruptible: components["schemas"]["Medium"][];
            /** @description What may be offered to an agent who has something of a medium; a medium without an entry keeps nothing away. */
            may_receive: components["schemas"]["MayReceive"][];
            /** @description Media whose wrap-up keeps all other media away. */
            wrapup_blocks: components["schemas"]["Medium"][];
        };
        /** @description How honest the estimates of one medium in a queue were. */
        CalibrationDoc: {
            /**
             * Format: int32
             * @description Predictions whose customers were answered.
             */
            answered: number;
            /**
             * Format: double
             * @description Mean of (wait - P50), seconds: above 0 was promised too short.
             */
            bias: number;
            /**
             * Format: double
             * @description Share of waits that were not longer than P50. Who gave up is censored.
             */
            coverage_p50: number;
            /**
             * Format: double
             * @description The same of P80: honest is 0.78 to 0.82.
             */
            coverage_p80: number;
            /**
             * Format: double
             * @description The same of P90.
             */
            coverage_p90: number;
            /**
             * Format: int32
             * @description Predictions whose customers gave up.
             */
            gave_up: number;
            /**
             * Format: double
             * @description Share of waits between P50 and P80: honest is 0.3.
             */
            in_band: number;
            /**
             * Format: double
             * @description Mean of |wait - P50| of those who were answered, seconds.
             */
            mean_absolute_error: number;
            /** @description Medium. */
            medium: components["schemas"]["Medium"];
            /** @description Queue. */
            queue: components["schemas"]["QueueId"];
        };
        /** @description What somebody does with a call that goes on. */
        CallCommand: {
            /** @enum {string} */
            act: "hold";
            /** @description Begin or end. */
            on: boolean;
        } | {
            /** @enum {string} */
            act: "mute";
            /** @description Begin or end. */
            on: boolean;
        } | {
            /** @enum {string} */
            act: "digits";
            /** @description `0-9`, `*`, `#`, `A-D`. */
            digits: string;
        } | {
            /** @enum {string} */
            act: "consult";
            /** @description Whom. */
            to: components["schemas"]["DialTo"];
        } | {
            /** @enum {string} */
            act: "swap";
        } | {
            /** @enum {string} */
            act: "merge";
        } | {
            /** @enum {string} */
            act: "end_consult";
        } | {
            /** @enum {string} */
            act: "complete";
        } | {
            /** @enum {string} */
            act: "transfer_out";
            /** @description As typed. */
            number: string;
        } | {
            /** @enum {string} */
            act: "drop";
            /**
             * Format: int64
             * @description Number of the leg.
             */
            leg: number;
        } | {
            /** @enum {string} */
            act: "answer";
        } | {
            /** @enum {string} */
            act: "decline";
        } | {
            /** @enum {string} */
            act: "hangup";
        } | {
            /** @enum {string} */
            act: "record";
            /** @description The field of a form that asks for it while it has the focus: `card number`. For the audit log; none when a person asks. */
            field?: string | null;
            /** @description On or paused. */
            on: boolean;
        } | {
            /** @enum {string} */
            act: "monitor";
            /** @description How. */
            mode: components["schemas"]["MonitorMode"];
        } | {
            /** @enum {string} */
            act: "stop_monitor";
        } | {
            /** @enum {string} */
            act: "take_over";
        };
        /**
         * @description Who calls whom.
         * @enum {string}
         */
        CallDirection: "inbound" | "outbound";
        /** @description A call: one customer's connection, from its start to its end. Exactly one record of it, also after a crash. */
        CallDoc: {
            answered?: components["schemas"]["Timestamp"] | null;
            /** @description Channel. */
            channel: components["schemas"]["ChannelId"];
            /** @description More than two parties talk. */
            conference: boolean;
            connected?: components["schemas"]["Timestamp"] | null;
            /** @description The consulted party and the agent talk, the customer is on hold. */
            consulting: boolean;
            /** @description Direction. */
            direction: components["schemas"]["CallDirection"];
            /**
             * Format: int64
             * @description Milliseconds in which the customer was on hold.
             */
            hold_ms: number;
            /** @description Id. */
            id: components["schemas"]["CallId"];
            /** @description The interaction that it is the telephone side of. */
            interaction: components["schemas"]["InteractionId"];
            /** @description Parties, oldest first; at most 20 are kept. */
            legs: components["schemas"]["LegDoc"][];
            /** @description The customer's number, E.164 if it could be read; empty if hidden. */
            number: string;
            /** @description The other number: ours. */
            our_number: string;
            /** @description Recording now. */
            recording: components["schemas"]["RecordingState"];
            /** @description It began. */
            started: components["schemas"]["Timestamp"];
            /** @description State. */
            state: components["schemas"]["CallState"];
            /**
             * Format: int64
             * @description Milliseconds in which customer and agent talked.
             */
            talk_ms: number;
            trunk?: components["schemas"]["TrunkId"] | null;
            /** @description Nobody vouches for the customer's number: it came from a trunk that is not trusted. */
            unconfirmed: boolean;
        };
        /**
         * @description Who ended a call.
         * @enum {string}
         */
        CallEnder: "customer" | "agent" | "system";
        /**
         * Format: uuid
         * @description A call: the telephone side of an interaction.
         */
        CallId: string;
        /** @description Where a call stands. One state; who talks with whom is told by the legs. */
        CallState: {
            /** @enum {string} */
            kind: "ringing";
        } | {
            /** @enum {string} */
            kind: "waiting";
        } | {
            /** @enum {string} */
            kind: "voicemail";
        } | {
            /** @enum {string} */
            kind: "talking";
        } | {
            /** @enum {string} */
            kind: "held";
        } | {
            /** @description When. */
            at: components["schemas"]["Timestamp"];
            /** @description Who ended it. */
            by: components["schemas"]["CallEnder"];
            /**
             * @description Why: `normal`, `busy`, `no_answer`, `rejected`, `canceled`, `unavailable`, `not_found`, `forbidden`, `congestion`,
             *     `network_failure`, `media_timeout`, `crash`, ...
             */
            cause: string;
            /** @enum {string} */
            kind: "ended";
        };
        /**
         * @description Who need not have waited: what was offered on one day in one queue to those who waited by one medium, who wanted it, and what came
         *     of it. `accepted + owed = kept + late + failed + canceled + joined + open`.
         */
        CallbackCountsDoc: {
            /**
             * Format: int32
             * @description Who wanted to be called or written to.
             */
            accepted: number;
            /**
             * Format: int32
             * @description Not needed any more: they came first, or were reached by another way.
             */
            canceled: number;
            /** @description Day in the queue's time zone, `2027-01-18`. */
            day: string;
            /**
             * Format: int32
             * @description Given up: never reached.
             */
            failed: number;
            /**
             * Format: int32
             * @description They waited for a call at this number already.
             */
            joined: number;
            /**
             * Format: int32
             * @description Reached by when they were told.
             */
            kept: number;
            /**
             * Format: int32
             * @description Reached later than they were told.
             */
            late: number;
            /** @description By which medium they waited. */
            medium: components["schemas"]["Medium"];
            /**
             * Format: int32
             * @description Who was told that he may be called or written to.
             */
            offered: number;
            /**
             * Format: int32
             * @description Not over yet.
             */
            open: number;
            /**
             * Format: int32
             * @description Who left before anybody answered, and to whom we come back by ourselves.
             */
            owed: number;
            /** @description Queue in which they waited. */
            queue: components["schemas"]["QueueId"];
        };
        /** @description A customer waits to be called back and keeps his place (behaviour.md B7). */
        CallbackDoc: {
            /** @description When he asked. */
            asked: components["schemas"]["Timestamp"];
            due?: components["schemas"]["Timestamp"] | null;
            /** @description Given up after this. */
            expires: components["schemas"]["Timestamp"];
            next?: components["schemas"]["Timestamp"] | null;
            /** @description Number to call, E.164. */
            number: string;
            /**
             * Format: int64
             * @description Tries so far.
             */
            tries: number;
        };
        /** @description One weighed candidate. */
        CandidateDoc: {
            /** @description Who. */
            agent: components["schemas"]["AgentId"];
            /**
             * Format: int64
             * @description Free units of this medium.
             */
            free: number;
            /**
             * Format: int64
             * @description Idle for so many milliseconds.
             */
            idle_ms: number;
            /**
             * Format: int64
             * @description What the strategy compared, in its own unit; the lowest goes first. `longest_idle` and what ends with it: minus the
             *     milliseconds of idling; `least_recent`: minus the milliseconds since he took or ended something; `fewest_contacts`: interactions
             *     per 1,000 hours on duty; `least_talk_time`, `least_occupied`: millionths of his time on duty; `linear`,
             *     `round_robin`: his place in turn; `random`, `weighted_random`: his place in the draw; `skill_rank`: minus his skill; `best_available_skills`: minus
             *     512 for each skill that he has, and minus their levels.
             */
            score?: number;
            /**
             * Format: int64
             * @description Sum of the levels of the required skills.
             */
            skill: number;
            /**
             * Format: int32
             * @description His tier.
             */
            tier?: number;
        };
        /** @description Parallel interactions per medium. */
        Capacity: {
            /**
             * Format: int32
             * @description Chats.
             */
            chat: number;
            /**
             * Format: int32
             * @description E-mails.
             */
            email: number;
            /**
             * Format: int32
             * @description Messenger threads.
             */
            message: number;
            /**
             * Format: int32
             * @description Tasks.
             */
            task: number;
            /**
             * Format: int32
             * @description Calls.
             */
            voice: number;
        };
        /** @description A colleague who has the same case open. */
        CaseColleague: {
            /** @description Who. */
            user: components["schemas"]["UserId"];
            /** @description He writes or changes something. */
            writes: boolean;
        };
        /** @description A case with what stands around it. */
        CaseDetail: {
            /** @description The case. */
            case: components["schemas"]["CaseDoc"];
            /** @description The others: they are, and he may not see them. */
            hidden: components["schemas"]["InteractionId"][];
            /** @description Its conversations that the caller may see. */
            interactions: components["schemas"]["InteractionDoc"][];
        };
        /** @description What a customer wants done, over any number of interactions. */
        CaseDoc: {
            assignee?: components["schemas"]["UserId"] | null;
            /** @description What has to be done, in order. */
            checklist?: components["schemas"]["CheckItem"][];
            /** @description What was done with a complaint, step by step, as evidence. */
            complaint?: components["schemas"]["ComplaintStep"][];
            /** @description When it was made. */
            created: components["schemas"]["Timestamp"];
            created_by?: components["schemas"]["UserId"] | null;
            customer?: components["schemas"]["CustomerId"] | null;
            /** @description His shown name, repeated here so that a list needs no second fetch; empty without a customer. */
            customer_name: string;
            /** @description Departments that were asked: they may see it from then on. */
            departments?: components["schemas"]["TeamId"][];
            forward?: components["schemas"]["ForwardId"] | null;
            /** @description Id. */
            id: components["schemas"]["CaseId"];
            /** @description The conversations about it, in the order in which they were added. */
            interactions: components["schemas"]["InteractionId"][];
            /** @description What it is. */
            kind: components["schemas"]["CaseKind"];
            /** @description Language of the customer, BCP 47, if known. */
            language?: string | null;
            /**
             * Format: int64
             * @description Number of its last entry (1, 2, ...).
             */
            last_entry: number;
            /** @description How it stands to other cases. */
            links?: components["schemas"]["CaseLink"][];
            /** @description The number that people say: `2026-000123`. Counts within the year and the workspace; numbers may be missing. */
            number: string;
            /** @description Whether the customer can look at its state by a link. */
            page?: components["schemas"]["CasePage"];
            /**
             * Format: int32
             * @description 0 lowest, 9 highest.
             */
            priority: number;
            queue?: components["schemas"]["QueueId"] | null;
            /**
             * Format: int32
             * @description How often it was opened again.
             */
            reopened: number;
            /** @description State. */
            state: components["schemas"]["CaseState"];
            /** @description Free words, lower case, sorted. */
            tags: string[];
            team?: components["schemas"]["TeamId"] | null;
            /** @description In a few words. */
            title: string;
            topic?: components["schemas"]["TopicId"] | null;
            /** @description When it was last changed or commented on. */
            updated: components["schemas"]["Timestamp"];
            /**
             * Format: int64
             * @description Grows with each change: who changes a version that is not the newest is refused.
             */
            version: number;
            /** @description Who wants to know what happens to it, and may see it because of that. */
            watchers?: components["schemas"]["UserId"][];
        };
        /**
         * Format: uuid
         * @description One merge or split of cases.
         */
        CaseEdgeId: string;
        /** @description What happened to a case. */
        CaseEntry: {
            /** @enum {string} */
            kind: "created";
        } | {
            changes: components["schemas"]["FieldChange"][];
            /** @enum {string} */
            kind: "changed";
        } | {
            /** @enum {string} */
            kind: "comment";
            mentions?: components["schemas"]["UserId"][];
            text: string;
        } | {
            /** @enum {string} */
            kind: "complaint";
            stage: components["schemas"]["ComplaintStage"];
            text: string;
        } | {
            edge: components["schemas"]["CaseEdgeId"];
            /** @enum {string} */
            kind: "merged";
            number: string;
            part: components["schemas"]["CaseId"];
        } | {
            edge: components["schemas"]["CaseEdgeId"];
            /** @enum {string} */
            kind: "merged_into";
            number: string;
            whole: components["schemas"]["CaseId"];
        } | {
            edge: components["schemas"]["CaseEdgeId"];
            /** @enum {string} */
            kind: "split";
            number: string;
            part: components["schemas"]["CaseId"];
        } | {
            edge: components["schemas"]["CaseEdgeId"];
            /** @enum {string} */
            kind: "split_from";
            number: string;
            whole: components["schemas"]["CaseId"];
        } | {
            edge: components["schemas"]["CaseEdgeId"];
            /** @enum {string} */
            kind: "rejoined";
            number: string;
            other: components["schemas"]["CaseId"];
        } | {
            interaction: components["schemas"]["InteractionId"];
            /** @enum {string} */
            kind: "linked";
        } | {
            interaction: components["schemas"]["InteractionId"];
            /** @enum {string} */
            kind: "unlinked";
        } | {
            accept_by: components["schemas"]["Timestamp"];
            department: components["schemas"]["TeamId"];
            forward: components["schemas"]["ForwardId"];
            /** @enum {string} */
            kind: "forwarded";
            text: string;
        } | {
            answer_by: components["schemas"]["Timestamp"];
            department: components["schemas"]["TeamId"];
            forward: components["schemas"]["ForwardId"];
            /** @enum {string} */
            kind: "accepted";
        } | {
            department: components["schemas"]["TeamId"];
            forward: components["schemas"]["ForwardId"];
            /** @enum {string} */
            kind: "answered";
            text: string;
        } | {
            department: components["schemas"]["TeamId"];
            forward: components["schemas"]["ForwardId"];
            /** @enum {string} */
            kind: "declined";
            reason: string;
        } | {
            department: components["schemas"]["TeamId"];
            forward: components["schemas"]["ForwardId"];
            /** @enum {string} */
            kind: "recalled";
        } | {
            department: components["schemas"]["TeamId"];
            forward: components["schemas"]["ForwardId"];
            /** @enum {string} */
            kind: "escalated";
            /** Format: int32 */
            level: number;
            told: components["schemas"]["UserId"][];
        } | {
            changes: components["schemas"]["FieldChange"][];
            entry: components["schemas"]["CaseEntryId"];
            /** @enum {string} */
            kind: "undone";
        };
        /** @description One line of a case's history. */
        CaseEntryDoc: {
            /** @description When. */
            at: components["schemas"]["Timestamp"];
            /** @description Who. */
            by: components["schemas"]["Actor"];
            /** @description Of which case. */
            case: components["schemas"]["CaseId"];
            /** @description Id. */
            id: components["schemas"]["CaseEntryId"];
            /**
             * Format: int64
             * @description Number within the case: 1, 2, ... without gaps.
             */
            number: number;
            undone?: components["schemas"]["CaseEntryId"] | null;
            /**
             * Format: int64
             * @description Version of the case after it.
             */
            version: number;
            /** @description What happened. */
            what: components["schemas"]["CaseEntry"];
        };
        /**
         * Format: uuid
         * @description One line of a case's history.
         */
        CaseEntryId: string;
        /**
         * Format: uuid
         * @description What a customer wants done, over any number of interactions.
         */
        CaseId: string;
        /** @description What may be changed of a case; what is not there stays. `null` takes away. */
        CaseInput: {
            assignee?: components["schemas"]["UserId"] | null;
            /** @description What has to be done; replaces all. */
            checklist?: components["schemas"]["CheckItem"][] | null;
            customer?: components["schemas"]["CustomerId"] | null;
            kind?: components["schemas"]["CaseKind"] | null;
            /** @description How it stands to other cases; replaces all. */
            links?: components["schemas"]["CaseLink"][] | null;
            /**
             * Format: int32
             * @description 0 lowest, 9 highest.
             */
            priority?: number | null;
            queue?: components["schemas"]["QueueId"] | null;
            /** @description Free words; replaces all. */
            tags?: string[] | null;
            team?: components["schemas"]["TeamId"] | null;
            /** @description In a few words. */
            title?: string | null;
            topic?: components["schemas"]["TopicId"] | null;
            /** @description Who wants to know what happens; replaces all. */
            watchers?: components["schemas"]["UserId"][] | null;
        };
        /**
         * @description What a case is.
         * @enum {string}
         */
        CaseKind: "question" | "request" | "complaint" | "suggestion" | "order";
        /** @description How a case stands to another one. */
        CaseLink: {
            /** @description To which. */
            case: components["schemas"]["CaseId"];
            /** @description How. */
            kind: components["schemas"]["CaseLinkKind"];
        };
        /** @description The address of a public page. */
        CaseLinkAddress: {
            /** @description Whoever has it can read the page, until it is closed. */
            url: string;
        };
        /**
         * @description How a case stands to another one.
         * @enum {string}
         */
        CaseLinkKind: "relates" | "blocks" | "duplicates" | "parent" | "follows";
        /** @description The public page of a case. A link names its generation, so that an old one can be closed for good. */
        CasePage: {
            /** @enum {string} */
            kind: "never";
        } | {
            /** Format: int32 */
            generation: number;
            /** @enum {string} */
            kind: "open";
        } | {
            /** Format: int32 */
            generation: number;
            /** @enum {string} */
            kind: "closed";
        };
        /** @description What happens in cases because of time, for the whole workspace. */
        CaseSettings: {
            /**
             * Format: int32
             * @description A resolved case is closed after so many days; 0 for never.
             */
            close_days: number;
            /**
             * Format: int32
             * @description A message of the customer opens a resolved case again for so many days; later it begins a new one that is linked.
             */
            reopen_days: number;
        };
        /** @description The life of a case, drawn in `docs/machines/case.md`. Exactly one; its data sits inside. */
        CaseState: {
            /** @enum {string} */
            kind: "new";
        } | {
            /** @enum {string} */
            kind: "open";
            since: components["schemas"]["Timestamp"];
        } | {
            /** @enum {string} */
            kind: "waiting_customer";
            since: components["schemas"]["Timestamp"];
        } | {
            department: components["schemas"]["TeamId"];
            /** @enum {string} */
            kind: "waiting_department";
            since: components["schemas"]["Timestamp"];
        } | {
            /** @enum {string} */
            kind: "on_hold";
            reason: string;
            since: components["schemas"]["Timestamp"];
            until?: components["schemas"]["Timestamp"] | null;
        } | {
            at: components["schemas"]["Timestamp"];
            /** @enum {string} */
            kind: "resolved";
        } | {
            at: components["schemas"]["Timestamp"];
            /** @enum {string} */
            kind: "closed";
            resolved: components["schemas"]["Timestamp"];
        } | {
            at: components["schemas"]["Timestamp"];
            into: components["schemas"]["CaseId"];
            /** @enum {string} */
            kind: "merged";
        };
        /** @description What is done with a case. */
        CaseStep: {
            /** @enum {string} */
            step: "take";
        } | {
            /** @enum {string} */
            step: "await_customer";
        } | {
            /** @description Why. */
            reason: string;
            /** @enum {string} */
            step: "hold";
            until?: components["schemas"]["Timestamp"] | null;
        } | {
            /** @enum {string} */
            step: "resume";
        } | {
            /** @enum {string} */
            step: "resolve";
        } | {
            /** @enum {string} */
            step: "close";
        } | {
            /** @enum {string} */
            step: "reopen";
        };
        /**
         * @description What begins a clock.
         * @enum {string}
         */
        Cause: "opened" | "customer_spoke" | "we_spoke" | "reopened" | "forwarded";
        /** @description Black holes of one cause. */
        CauseCount: {
            /** @description Cause. */
            cause: components["schemas"]["BlackHoleCause"];
            /**
             * Format: int64
             * @description How many.
             */
            count: number;
        };
        /** @description A configured entry point without its secrets. */
        ChannelDoc: {
            /** @description Works. */
            enabled: boolean;
            /** @description What okno sees of it now. */
            health: components["schemas"]["ChannelHealth"];
            /** @description Id. */
            id: components["schemas"]["ChannelId"];
            /** @description Kind. */
            kind: components["schemas"]["ChannelKind"];
            /** @description Shown name. */
            name: string;
            /** @description Its interactions go to this queue. */
            queue: components["schemas"]["QueueId"];
            /** @description Settings. */
            settings: components["schemas"]["ChannelSettings"];
        };
        /** @description What okno sees of a channel. */
        ChannelHealth: {
            /** @description Words for the administrator: what is wrong and what to do. */
            detail: string;
            /** @description Since when. */
            since: components["schemas"]["Timestamp"];
            /** @description `ok`, `connecting`, `error`, `off`. */
            state: string;
        };
        /**
         * Format: uuid
         * @description One configured entry point: a mailbox, a widget.
         */
        ChannelId: string;
        /** @description A channel. `settings` replaces all settings at once. */
        ChannelInput: {
            /** @description Works. */
            enabled?: boolean | null;
            /** @description Password of the IMAP server; `null` removes it. Never returned. */
            imap_password?: string | null;
            kind?: components["schemas"]["ChannelKind"] | null;
            /** @description Shown name; required on creation. */
            name?: string | null;
            queue?: components["schemas"]["QueueId"] | null;
            settings?: components["schemas"]["SettingsInput"] | null;
            /** @description Password of the SMTP server; `null` removes it. Never returned. */
            smtp_password?: string | null;
        };
        /**
         * @description What kind of door a channel is.
         * @enum {string}
         */
        ChannelKind: "mailbox" | "widget" | "phone";
        /** @description Settings of a channel by kind. */
        ChannelSettings: (components["schemas"]["MailboxSettings"] & {
            /** @enum {string} */
            kind: "mailbox";
        }) | (components["schemas"]["WidgetSettings"] & {
            /** @enum {string} */
            kind: "widget";
        }) | (components["schemas"]["PhoneSettings"] & {
            /** @enum {string} */
            kind: "phone";
        });
        /** @description One thing that was looked at. */
        Check: {
            /** @description What was seen, and what to do. */
            detail: string;
            /** @description What: `imap`, `smtp`, `queue`, `sites`. */
            name: string;
            /** @description It works. */
            ok: boolean;
        };
        /** @description One thing that has to be done. */
        CheckItem: {
            /** @description It is done. */
            done: boolean;
            /** @description What. */
            text: string;
        };
        /** @description One clock as it stands at an instant. */
        ClockDoc: {
            due?: components["schemas"]["Timestamp"] | null;
            /** @description What it measures. */
            kind: components["schemas"]["ClockKind"];
            /**
             * Format: int32
             * @description Which one of its kind, from 1: each question of the customer has an own one.
             */
            number: number;
            /**
             * Format: int64
             * @description How long it has rested, milliseconds of real time.
             */
            paused_ms: number;
            /** @description Its policy. */
            policy: components["schemas"]["PolicyId"];
            /** @description When it began. */
            started: components["schemas"]["Timestamp"];
            /** @description How it stands. */
            state: components["schemas"]["ClockState"];
            /** @description Warn points that are known: percent, and when. */
            warns: components["schemas"]["WarnPoint"][];
            /** @description Why it is due then: in order of time. */
            why: components["schemas"]["Because"][];
        };
        /**
         * @description What a clock measures.
         * @enum {string}
         */
        ClockKind: "first_response" | "next_response" | "update" | "resolution" | "acceptance";
        /** @description How a clock stands. */
        ClockState: {
            /** @enum {string} */
            kind: "running";
        } | {
            /** @enum {string} */
            kind: "paused";
            /**
             * Format: int64
             * @description Open time that is left, milliseconds.
             */
            left_ms: number;
            /** @description Since when. */
            since: components["schemas"]["Timestamp"];
        } | {
            /** @description When. */
            at: components["schemas"]["Timestamp"];
            /** @enum {string} */
            kind: "met";
        } | {
            /** @description When the time was over. */
            at: components["schemas"]["Timestamp"];
            /** @enum {string} */
            kind: "breached";
            met?: components["schemas"]["Timestamp"] | null;
        } | {
            /** @description When. */
            at: components["schemas"]["Timestamp"];
            /** @enum {string} */
            kind: "canceled";
        };
        /**
         * @description How an interaction ended.
         * @enum {string}
         */
        Closed: "finished" | "abandoned" | "customer_left" | "joined" | "refused";
        /** @description What becomes at closing time of those who still wait. */
        ClosingRule: {
            /** @description What becomes of them. */
            sweep: components["schemas"]["Sweep"];
        };
        /**
         * @description The steps of handling a complaint, in the order of ISO 10002.
         * @enum {string}
         */
        ComplaintStage: "acknowledge" | "assess" | "investigate" | "respond" | "close";
        /** @description One step of handling a complaint, done and recorded. Never taken back: evidence is added to. */
        ComplaintStep: {
            /** @description When. */
            at: components["schemas"]["Timestamp"];
            /** @description Who. */
            by: components["schemas"]["UserId"];
            /** @description Which. */
            stage: components["schemas"]["ComplaintStage"];
            /** @description What was done, found or said. */
            text: string;
        };
        /** @description A field in which the parts of one customer differ. */
        Contradiction: {
            /** @description `name`, `language`, `notes`, `organization`, `attribute:<key>`. */
            field: string;
            /** @description All that is said, the customer's own value first. */
            values: components["schemas"]["SaidValue"][];
        };
        /** @description The person who is served. */
        CustomerDoc: {
            /** @description Fields that the company has given to customers. */
            attributes?: components["schemas"]["BTreeMap"];
            /** @description In what his parts differ from him. Shown, never overwritten. */
            contradictions?: components["schemas"]["Contradiction"][];
            /** @description First seen. */
            created: components["schemas"]["Timestamp"];
            /** @description Fields that were empty and show what a part knows: field and part. They leave with the part. */
            gained?: {
                [key: string]: components["schemas"]["CustomerId"];
            };
            /** @description Id. */
            id: components["schemas"]["CustomerId"];
            /** @description Addresses. */
            identities: components["schemas"]["IdentityDoc"][];
            /** @description Language, BCP 47. */
            language?: string | null;
            /** @description Shown name. */
            name: string;
            /** @description Free notes of the agents. */
            notes: string;
            organization?: components["schemas"]["OrganizationId"] | null;
            part_of?: components["schemas"]["CustomerId"] | null;
            /** @description The merges that made him what he is, oldest first: each can be undone. */
            parts?: components["schemas"]["CustomerPart"][];
        };
        /**
         * Format: uuid
         * @description The person who is served.
         */
        CustomerId: string;
        /** @description What may be changed. */
        CustomerInput: {
            /** @description Attributes to set; `null` takes one away. */
            attributes?: {
                [key: string]: components["schemas"]["AttributeValue"];
            };
            /** @description Language tag; empty for unknown. */
            language?: string | null;
            /** @description Name. */
            name?: string | null;
            /** @description Notes of the agents. */
            notes?: string | null;
            organization?: components["schemas"]["OrganizationId"] | null;
        };
        /** @description One merge of a customer. */
        CustomerPart: {
            /** @description When. */
            at: components["schemas"]["Timestamp"];
            /** @description Name of whoever merged them. */
            by_name: string;
            /** @description Who was merged. */
            customer: components["schemas"]["CustomerId"];
            /** @description Into whom. */
            into: components["schemas"]["CustomerId"];
            /** @description His name at that time. */
            into_name: string;
            /** @description The merge, to undo it. */
            merge: components["schemas"]["MergeId"];
            /** @description His name at that time. */
            name: string;
        };
        /** @description One decision of the routing engine about one interaction, in words and data. */
        DecisionDoc: {
            /** @description What was decided: `queued`, `offered`, `waits`, `missed`, `declined`, `overflowed`, `assigned`, `transferred`. */
            act: string;
            agent?: components["schemas"]["AgentId"] | null;
            /** @description When. */
            at: components["schemas"]["Timestamp"];
            /** @description One English sentence for logs and transcripts. Screens make their own from the data. */
            because: string;
            /** @description Candidates that were weighed, best first; at most 20. */
            candidates: components["schemas"]["CandidateDoc"][];
            /**
             * Format: int64
             * @description Place in the queue that it had, from 1: when it was taken by hand, or while it waits.
             */
            position?: number | null;
            /** @description Queue at that time. */
            queue: components["schemas"]["QueueId"];
            /** @description How many agents each filter removed. */
            removed: components["schemas"]["RemovedDoc"][];
            /** @description Rule that decided: `longest_idle`, `skill_rank`, `only_candidate`, `preferred`, ... */
            rule: string;
            /**
             * Format: int64
             * @description How many waited before it that the agent who took it by hand might have taken (cherry-picking).
             */
            skipped?: number | null;
        };
        /** @description How far a message of ours has come. A lattice: never moves back, except to `failed`. */
        Delivery: {
            /** @enum {string} */
            kind: "none";
        } | {
            /** @enum {string} */
            kind: "queued";
        } | {
            at: components["schemas"]["Timestamp"];
            /** @enum {string} */
            kind: "sent";
        } | {
            at: components["schemas"]["Timestamp"];
            /** @enum {string} */
            kind: "read";
        } | {
            at: components["schemas"]["Timestamp"];
            /** @enum {string} */
            kind: "failed";
            why: string;
        };
        /** @description What makes a team a department: it is asked about cases, and its silence is heard. */
        DepartmentDoc: {
            /**
             * Format: int32
             * @description Within so many minutes somebody has to accept a question.
             */
            accept_minutes: number;
            /**
             * Format: int32
             * @description Within so many minutes after that it has to be answered.
             */
            answer_minutes: number;
            head?: components["schemas"]["UserId"] | null;
            hours?: components["schemas"]["HoursId"] | null;
        };
        /** @description Whom to call, and how. */
        DialInput: {
            /** @description By which telephone channel: its queue, its caller id. */
            channel: components["schemas"]["ChannelId"];
            /** @description Whom. */
            to: components["schemas"]["DialTo"];
        };
        /** @description What may be dialed, and how much. One per workspace; everything that is not allowed is refused. */
        DialPlanDoc: {
            /**
             * Format: int32
             * @description Calls of one agent in a day; 0 for no limit.
             */
            agent_calls_per_day: number;
            /**
             * Format: int32
             * @description Minutes of one agent in a day; 0 for no limit.
             */
            agent_minutes_per_day: number;
            /** @description Prefixes that may be called, E.164: `+48`. Empty for none: nobody can be called. */
            allow: string[];
            /** @description Country calling code of national numbers: `48`. */
            country: string;
            /** @description Prefixes that may not be called although they are allowed: premium numbers. */
            deny: string[];
            /** @description Workspace. */
            id: components["schemas"]["WorkspaceId"];
            /**
             * Format: int32
             * @description Outgoing calls of the company at once.
             */
            max_calls: number;
            /** @description Prefix of national numbers that is dropped: `0`; empty for none. */
            national_prefix: string;
        };
        /** @description What may be dialed. */
        DialPlanInput: {
            /**
             * Format: int32
             * @description Calls of one agent in a day; 0 for no limit.
             */
            agent_calls_per_day?: number | null;
            /**
             * Format: int32
             * @description Minutes of one agent in a day; 0 for no limit.
             */
            agent_minutes_per_day?: number | null;
            /** @description Prefixes that may be called. */
            allow?: string[] | null;
            /** @description Country calling code of national numbers. */
            country?: string | null;
            /** @description Prefixes that may not be called although they are allowed. */
            deny?: string[] | null;
            /**
             * Format: int32
             * @description Outgoing calls of the company at once.
             */
            max_calls?: number | null;
            /** @description Prefix of national numbers that is dropped. */
            national_prefix?: string | null;
        };
        /** @description Whom to call. */
        DialTo: {
            /** @enum {string} */
            kind: "number";
            /** @description As typed. */
            number: string;
        } | {
            /** @description Who. */
            agent: components["schemas"]["AgentId"];
            /** @enum {string} */
            kind: "agent";
        };
        /** @description A wrap-up outcome. */
        DispositionDoc: {
            /** @description Hidden from choice, kept for history. */
            archived: boolean;
            /** @description Id. */
            id: components["schemas"]["DispositionId"];
            /** @description Shown name. */
            name: string;
            queue?: components["schemas"]["QueueId"] | null;
        };
        /**
         * Format: uuid
         * @description A wrap-up outcome.
         */
        DispositionId: string;
        /** @description A disposition. */
        DispositionInput: {
            /** @description Hidden from choice. */
            archived?: boolean | null;
            /** @description Shown name; required on creation. */
            name?: string | null;
            queue?: components["schemas"]["QueueId"] | null;
        };
        /** @description Nobody takes work of the queue now. */
        EmptyRule: {
            /** @description What becomes of who comes. */
            then: components["schemas"]["Treatment"];
        };
        /** @description One entry of the journal. */
        Event: components["schemas"]["What"] & {
            /** @description Who. */
            actor: components["schemas"]["Actor"];
            /** @description When. */
            at: components["schemas"]["Timestamp"];
            /** @description Id. */
            id: components["schemas"]["EventId"];
            /**
             * Format: int64
             * @description Place in the workspace's gap-free sequence, from 1.
             */
            seq: number;
            /** @description Workspace. */
            workspace: components["schemas"]["WorkspaceId"];
        };
        /**
         * Format: uuid
         * @description One journal event.
         */
        EventId: string;
        /** @description A piece of the stream. */
        Events: {
            /**
             * Format: int64
             * @description Number of the oldest event that is kept: if `after` is less than `first - 1`, events are gone and a fresh read is needed.
             */
            first: number;
            /**
             * Format: int64
             * @description Number of the newest event.
             */
            head: number;
            /** @description Events in order. Missing numbers are events that you may not see. */
            items: components["schemas"]["Event"][];
            /**
             * Format: int64
             * @description Give it as `after` next time.
             */
            next: number;
        };
        /** @description How much longer. */
        ExtendInput: {
            /**
             * Format: int32
             * @description Seconds; without, what the queue gives, which is also the most.
             */
            seconds?: number | null;
        };
        /** @description One field before and after. */
        FieldChange: {
            /** @description After. */
            after: unknown;
            /** @description Before. */
            before: unknown;
            /** @description Name of the field, as in the case. */
            field: string;
        };
        /** @description How it ended. */
        FinishInput: {
            disposition?: components["schemas"]["DispositionId"] | null;
        };
        /** @description An answer. */
        ForwardAnswer: {
            /** @description What. */
            text: string;
        };
        /** @description When silence is heard, and by whom. All three are in the hours of the department. */
        ForwardClock: {
            /** @description The time is over: the head is told. */
            due: components["schemas"]["Timestamp"];
            /** @description Half of it again: supervisors are told. */
            last: components["schemas"]["Timestamp"];
            /**
             * Format: int32
             * @description How many of these three have happened.
             */
            level: number;
            /** @description Half of the time is over: the department is reminded. */
            nudge: components["schemas"]["Timestamp"];
        };
        /** @description Why it is given back. */
        ForwardDecline: {
            /** @description Why. */
            reason: string;
        };
        /** @description One question to a department about a case. */
        ForwardDoc: {
            /** @description When. */
            at: components["schemas"]["Timestamp"];
            by?: components["schemas"]["UserId"] | null;
            /** @description Of which case. */
            case: components["schemas"]["CaseId"];
            /** @description Who is asked. */
            department: components["schemas"]["TeamId"];
            /** @description Id. */
            id: components["schemas"]["ForwardId"];
            /** @description State. */
            state: components["schemas"]["ForwardState"];
            /** @description What is asked. */
            text: string;
        };
        /**
         * Format: uuid
         * @description One question to a department about a case.
         */
        ForwardId: string;
        /** @description The life of a question to a department, drawn in `docs/machines/forward.md`. */
        ForwardState: {
            clock: components["schemas"]["ForwardClock"];
            /** @enum {string} */
            kind: "waiting";
        } | {
            at: components["schemas"]["Timestamp"];
            by: components["schemas"]["UserId"];
            clock: components["schemas"]["ForwardClock"];
            /** @enum {string} */
            kind: "accepted";
        } | {
            at: components["schemas"]["Timestamp"];
            by: components["schemas"]["UserId"];
            /** @enum {string} */
            kind: "answered";
            text: string;
        } | {
            at: components["schemas"]["Timestamp"];
            by: components["schemas"]["UserId"];
            /** @enum {string} */
            kind: "declined";
            reason: string;
        } | {
            at: components["schemas"]["Timestamp"];
            /** @enum {string} */
            kind: "recalled";
        };
        /** @description The queue is full. */
        FullRule: {
            /**
             * Format: int32
             * @description So many may wait; who comes then is treated by `then`.
             */
            max_waiting: number;
            /** @description What becomes of him. */
            then: components["schemas"]["Treatment"];
        };
        /** @description One right with its scope, as stored in a role. */
        Grant: {
            /** @description The right. */
            right: components["schemas"]["Right"];
            /** @description How far it reaches. */
            scope: components["schemas"]["Scope"];
        };
        /** @description What a page says of itself. */
        Here: {
            /** @description It shows the case; `false` when it leaves. */
            there: boolean;
            /** @description Somebody writes or changes something in it. */
            writes: boolean;
        };
        /** @description What stands in a history. */
        HistoryEntry: {
            /** @description An interaction with its calls and recordings. */
            data: components["schemas"]["TimelineItem"];
            /** @enum {string} */
            kind: "interaction";
        } | {
            /** @description A case, at the time when it was made. */
            data: components["schemas"]["CaseDoc"];
            /** @enum {string} */
            kind: "case";
        } | {
            /** @description A note. */
            data: components["schemas"]["NoteDoc"];
            /** @enum {string} */
            kind: "note";
        } | {
            /** @description An order. */
            data: components["schemas"]["OrderDoc"];
            /** @enum {string} */
            kind: "order";
        } | {
            /** @description Customers were merged. */
            data: components["schemas"]["MergeDoc"];
            /** @enum {string} */
            kind: "merge";
        };
        /** @description One entry of a customer's history over everything. */
        HistoryItem: {
            /** @description Where it stands in time: the newest first. */
            at: components["schemas"]["Timestamp"];
            /** @description What it is. */
            entry: components["schemas"]["HistoryEntry"];
        };
        /** @description A day that is not as its weekday is. */
        Holiday: {
            /** @description Which day. */
            day: components["schemas"]["HolidayDay"];
            /** @description Special hours of that day; empty for closed. */
            intervals?: components["schemas"]["OpenInterval"][];
            /** @description Shown name. */
            name: string;
        };
        /** @description Which day a holiday is. */
        HolidayDay: {
            /**
             * Format: int32
             * @description Day of the month, 1-31.
             */
            day: number;
            /** @enum {string} */
            kind: "date";
            /**
             * Format: int32
             * @description Month, 1-12.
             */
            month: number;
            /**
             * Format: int32
             * @description Year, 1970-9998.
             */
            year: number;
        } | {
            /**
             * Format: int32
             * @description Day of the month, 1-31.
             */
            day: number;
            /** @enum {string} */
            kind: "yearly";
            /**
             * Format: int32
             * @description Month, 1-12.
             */
            month: number;
        };
        /**
         * @description Business hours in one time zone. What is open at an instant is decided by the first of these that knows the
         *     instant: an exception, a dated holiday, a yearly holiday, the week. `okno_engine::hours` computes with them.
         */
        HoursDoc: {
            /** @description Hidden from choice; who uses it keeps it. */
            archived?: boolean;
            /** @description Stretches of time that are not as their day is ("closed now, the building is empty"). */
            exceptions?: components["schemas"]["HoursException"][];
            /** @description Days that are not as their weekday is. */
            holidays?: components["schemas"]["Holiday"][];
            /** @description Id. */
            id: components["schemas"]["HoursId"];
            /** @description Shown name. */
            name: string;
            /** @description IANA time zone, `Europe/Warsaw`. All days and minutes are local there. */
            time_zone: string;
            /**
             * @description Open intervals of the seven days, Monday first; an empty day is closed. At most
             *     [`crate::limits::HOURS_INTERVALS_PER_DAY`] a day, in order, not overlapping.
             */
            week: components["schemas"]["OpenInterval"][][];
        };
        /** @description A stretch of time that is not as its day is. The later in the list goes before the earlier. */
        HoursException: {
            /** @description From this instant. */
            from: components["schemas"]["Timestamp"];
            /** @description Why, for people. */
            name: string;
            /** @description Open or closed meanwhile. */
            open: boolean;
            /** @description To before this instant. */
            to: components["schemas"]["Timestamp"];
        };
        /**
         * Format: uuid
         * @description Business hours.
         */
        HoursId: string;
        /** @description Business hours. */
        HoursInput: {
            /** @description Hidden from choice. */
            archived?: boolean | null;
            /** @description Stretches of time that are not as their day is. */
            exceptions?: components["schemas"]["HoursException"][] | null;
            /** @description Days that are not as their weekday is. */
            holidays?: components["schemas"]["Holiday"][] | null;
            /** @description Shown name; required on creation. */
            name?: string | null;
            /** @description IANA time zone; the company's without. */
            time_zone?: string | null;
            /** @description Open intervals of the seven days, Monday first. */
            week?: components["schemas"]["OpenInterval"][][] | null;
        };
        /** @description An address of a customer on one medium. */
        IdentityDoc: {
            at?: components["schemas"]["Timestamp"] | null;
            by?: components["schemas"]["UserId"] | null;
            /**
             * Format: int32
             * @description How sure it is that it is his, 0 to 100.
             */
            confidence?: number;
            /** @description Id. */
            id: components["schemas"]["IdentityId"];
            interaction?: components["schemas"]["InteractionId"] | null;
            /** @description Kind. */
            kind: components["schemas"]["IdentityKind"];
            part?: components["schemas"]["CustomerId"] | null;
            /** @description Where it came from: `mail`, `call`, `widget`, `widget_form`, `widget_signed`, `agent`, `import`. */
            source: string;
            /** @description Normalized value. */
            value: string;
            /** @description Proven: mail came from it, a signed identity, or an agent confirmed it. A typed-in address is not. */
            verified: boolean;
        };
        /**
         * Format: uuid
         * @description An address of a customer on one medium.
         */
        IdentityId: string;
        /** @description An address. */
        IdentityInput: {
            /** @description `email` or `phone`. */
            kind: components["schemas"]["IdentityKind"];
            /** @description The address as people write it. */
            value: string;
        };
        /**
         * @description The kind of an address of a customer.
         * @enum {string}
         */
        IdentityKind: "email" | "phone" | "visitor" | "external";
        /** @description The identity secret of a widget. */
        IdentitySecret: {
            /**
             * @description Key of the HMAC-SHA256 over a visitor's id, or over his id, a line feed and his address: 64 hexadecimal digits, used as
             *     they stand. For the company's server only, never for its pages.
             */
            secret: string;
        };
        /** @description Calls and recordings of an interaction, oldest first. */
        InteractionCalls: {
            /** @description Calls. */
            calls: components["schemas"]["CallDoc"][];
            /** @description Recordings; none without the right to listen to them. */
            recordings: components["schemas"]["RecordingDoc"][];
        };
        /** @description An interaction with what stands around it. */
        InteractionDetail: {
            customer?: components["schemas"]["CustomerDoc"] | null;
            interaction: components["schemas"]["InteractionDoc"];
            /** @description Open suggestions that the customer is also another one. */
            matches: components["schemas"]["MatchDoc"][];
            /** @description Oldest first. */
            segments: components["schemas"]["SegmentDoc"][];
        };
        /** @description One engagement on one channel, without its messages. */
        InteractionDoc: {
            agent?: components["schemas"]["AgentId"] | null;
            /**
             * Format: int64
             * @description Last message number that the agent has seen.
             */
            agent_read: number;
            answered?: components["schemas"]["Timestamp"] | null;
            callback?: components["schemas"]["CallbackDoc"] | null;
            called_back?: components["schemas"]["CallbackDoc"] | null;
            case?: components["schemas"]["CaseId"] | null;
            /** @description Entry point. */
            channel: components["schemas"]["ChannelId"];
            /** @description Its start. */
            created: components["schemas"]["Timestamp"];
            customer?: components["schemas"]["CustomerId"] | null;
            /** @description Customer's shown name, repeated here so that a list needs no second fetch. */
            customer_name: string;
            /** @description The customer is connected (chats and calls only). */
            customer_online: boolean;
            /**
             * Format: int64
             * @description Last message number that the customer has seen.
             */
            customer_read: number;
            customer_waits?: components["schemas"]["Timestamp"] | null;
            disposition?: components["schemas"]["DispositionId"] | null;
            due?: components["schemas"]["Timestamp"] | null;
            /** @description Since when it waits; kept over re-offers. */
            enqueued: components["schemas"]["Timestamp"];
            /** @description Id. */
            id: components["schemas"]["InteractionId"];
            /** @description Language of the customer, BCP 47, if known. */
            language?: string | null;
            /** @description When the last message came. */
            last_at: components["schemas"]["Timestamp"];
            /**
             * Format: int64
             * @description Number of the last message (1, 2, ...).
             */
            last_message: number;
            /** @description Medium. */
            medium: components["schemas"]["Medium"];
            /** @description We began it: an outgoing call. */
            outbound?: boolean;
            /** @description Beginning of the last message. */
            preview: string;
            previous?: components["schemas"]["InteractionId"] | null;
            /**
             * Format: int32
             * @description 0 lowest, 9 highest.
             */
            priority: number;
            promise?: components["schemas"]["AnswerPromise"] | null;
            /** @description Current queue. */
            queue: components["schemas"]["QueueId"];
            /** @description State. */
            state: components["schemas"]["InteractionState"];
            /** @description Mail subject, or the first words of a chat. */
            subject: string;
        };
        /**
         * Format: uuid
         * @description One engagement on one channel.
         */
        InteractionId: string;
        /** @description The life of an interaction (behaviour.md B2). Exactly one; its data sits inside. */
        InteractionState: {
            /** @enum {string} */
            kind: "new";
        } | {
            /** @enum {string} */
            kind: "queued";
        } | {
            agent: components["schemas"]["AgentId"];
            /** @enum {string} */
            kind: "offered";
            offer: components["schemas"]["OfferId"];
            /** @description Further agents at whom it rings at the same time (`ring_all`, `ring_progressively`). */
            others?: components["schemas"]["OtherOffer"][];
            until: components["schemas"]["Timestamp"];
        } | {
            agent: components["schemas"]["AgentId"];
            /** @enum {string} */
            kind: "active";
            since: components["schemas"]["Timestamp"];
            /** @description He asked for a wrap-up after it (wrap-up mode `agent_requested`). */
            wrapup_requested?: boolean;
        } | {
            agent: components["schemas"]["AgentId"];
            /** @description What ends it, and whether it occupies him. */
            ends?: components["schemas"]["WrapupKind"];
            /**
             * Format: int32
             * @description How often he lengthened it.
             */
            extended?: number;
            /** @enum {string} */
            kind: "wrapup";
            since: components["schemas"]["Timestamp"];
            until?: components["schemas"]["Timestamp"] | null;
        } | {
            at: components["schemas"]["Timestamp"];
            how: components["schemas"]["Closed"];
            /** @enum {string} */
            kind: "closed";
        };
        /**
         * @description To whom a new message goes.
         * @enum {string}
         */
        Kind: "outbound" | "note";
        /** @description One ledger entry. */
        LedgerDoc: {
            cause?: components["schemas"]["BlackHoleCause"] | null;
            /** @description Where it came in. */
            channel: components["schemas"]["ChannelId"];
            customer?: components["schemas"]["CustomerId"] | null;
            /** @description By when it must have ended. */
            deadline: components["schemas"]["Timestamp"];
            /** @description Words: why it is quarantined, refused or lost. */
            detail: string;
            ended?: components["schemas"]["Timestamp"] | null;
            /** @description Customer's name or raw sender, for the list. */
            from: string;
            /** @description Id. */
            id: components["schemas"]["UnitId"];
            interaction?: components["schemas"]["InteractionId"] | null;
            /** @description Kind. */
            kind: components["schemas"]["UnitKind"];
            owner?: components["schemas"]["UserId"] | null;
            queue?: components["schemas"]["QueueId"] | null;
            /** @description When it was durable. */
            received: components["schemas"]["Timestamp"];
            /** @description It was brought back to people: it ends `recovered`, not `answered`, whatever had been wrong with it. */
            recovering?: boolean;
            /** @description State. */
            state: components["schemas"]["UnitState"];
            /** @description Subject or first words. */
            subject: string;
        };
        /** @description The conservation check: received = sum of all states. */
        LedgerSummary: {
            /** @description When it was checked. */
            at: components["schemas"]["Timestamp"];
            /**
             * Format: double
             * @description Black holes per 1,000 received.
             */
            black_holes_per_1000: number;
            /** @description Black holes by cause. */
            causes: components["schemas"]["CauseCount"][];
            /** @description The check holds: sums agree and every open unit has an owner and a deadline. */
            conserved: boolean;
            oldest_open?: components["schemas"]["Timestamp"] | null;
            /**
             * Format: int64
             * @description Open units past their deadline.
             */
            overdue: number;
            /**
             * Format: int64
             * @description All units ever received in the period.
             */
            received: number;
            /**
             * Format: int64
             * @description Customers with two or more black holes.
             */
            repeat_victims: number;
            /** @description Units by state. */
            states: components["schemas"]["StateCount"][];
            /** @description What does not hold, in words. */
            violations: string[];
        };
        /**
         * @description By what a leg talks.
         * @enum {string}
         */
        LegDevice: "trunk" | "browser" | "phone" | "widget";
        /** @description One party of a call. */
        LegDoc: {
            agent?: components["schemas"]["AgentId"] | null;
            answered?: components["schemas"]["Timestamp"] | null;
            /** @description Why it ended, as in [`CallState::Ended`]. */
            cause: string;
            /** @description Device. */
            device: components["schemas"]["LegDevice"];
            ended?: components["schemas"]["Timestamp"] | null;
            mode?: components["schemas"]["MonitorMode"] | null;
            /** @description Muted by himself. */
            muted: boolean;
            /** @description Name or number of who it is. */
            name: string;
            /**
             * Format: int64
             * @description Number within the call: 1, 2, ...
             */
            number: number;
            quality?: components["schemas"]["QualityDoc"] | null;
            /** @description Role. */
            role: components["schemas"]["LegRole"];
            /** @description It began. */
            started: components["schemas"]["Timestamp"];
            /** @description State. */
            state: components["schemas"]["LegState"];
        };
        /**
         * @description What a leg is for.
         * @enum {string}
         */
        LegRole: "customer" | "agent" | "consulted" | "supervisor";
        /**
         * @description Where a leg stands.
         * @enum {string}
         */
        LegState: "ringing" | "connected" | "held" | "ended";
        /** @description Somebody who waits. */
        LineDoc: {
            /** @description Who. */
            interaction: components["schemas"]["InteractionId"];
            /**
             * Format: int32
             * @description His place, from 1.
             */
            position: number;
            wait?: components["schemas"]["WaitDoc"] | null;
        };
        /** @description A link to the files' origin. It ends after ten minutes, or with the session. */
        Link: {
            /** @description Absolute URL. */
            url: string;
        };
        /** @description Addresses of a mail as shown to the agent. */
        MailDoc: {
            /** @description Copies. */
            cc: components["schemas"]["Address"][];
            /** @description Verdict of the receiving server: `pass`, `fail`, `none` (from Authentication-Results of our own server). */
            dmarc: string;
            /** @description Sender. */
            from: components["schemas"]["Address"];
            /** @description Message-ID without angle brackets. */
            message_id: string;
            /** @description Subject as written. */
            subject: string;
            /** @description Recipients. */
            to: components["schemas"]["Address"][];
        };
        /** @description A mailbox. What is left out is empty. */
        MailboxInput: {
            /** @description Its address. */
            address: string;
            /** @description Other addresses that reach it. */
            aliases?: string[];
            archive_before?: components["schemas"]["Timestamp"] | null;
            /** @description Text of the receipt; empty for none. */
            auto_reply?: string;
            imap?: components["schemas"]["ServerInput"] | null;
            /** @description Name in From. */
            sender_name?: string;
            /** @description Added under every reply. */
            signature?: string;
            smtp?: components["schemas"]["ServerInput"] | null;
        };
        /** @description A mailbox. */
        MailboxSettings: {
            /** @description Its address: mail is sent from it, mail to it is ours. */
            address: string;
            /** @description Other addresses that reach it (aliases); mail to them on the SMTP listener is for this channel. */
            aliases: string[];
            archive_before?: components["schemas"]["Timestamp"] | null;
            /** @description Text of the receipt; empty for none. Never contains customer's text. */
            auto_reply: string;
            imap?: components["schemas"]["ServerSettings"] | null;
            /** @description Name in From. */
            sender_name: string;
            /** @description Added under every reply. */
            signature: string;
            smtp?: components["schemas"]["ServerSettings"] | null;
        };
        /** @description A suggestion that two customers are one person. A person decides; okno never merges blindly. */
        MatchDoc: {
            /**
             * Format: int32
             * @description 0-100.
             */
            confidence: number;
            /** @description When it was found. */
            created: components["schemas"]["Timestamp"];
            /** @description The customer of the new interaction. */
            customer: components["schemas"]["CustomerId"];
            /** @description Id. */
            id: components["schemas"]["MatchId"];
            /** @description The customer whom he may be. */
            other: components["schemas"]["CustomerId"];
            /** @description Name of the other. */
            other_name: string;
            /** @description The strongest reason: `same_email_unverified`, `same_email_signed`, `same_external_id`, `same_phone`, `similar_email`, `agent_said_same`. */
            reason: string;
            /** @description All reasons that were found. */
            reasons?: string[];
            /** @description `open`, `confirmed`, `rejected`. */
            state: string;
        };
        /**
         * Format: uuid
         * @description A suggestion that two customers are one person.
         */
        MatchId: string;
        /** @description An open match with both sides, for whoever decides. */
        MatchPair: {
            /** @description Its first customer, or who stands for him. */
            customer: components["schemas"]["CustomerDoc"];
            /**
             * Format: int64
             * @description How many interactions the first one has.
             */
            customer_interactions: number;
            /** @description The other. */
            other: components["schemas"]["CustomerDoc"];
            /**
             * Format: int64
             * @description And the other.
             */
            other_interactions: number;
            /** @description All that speaks for it, strongest first. */
            reasons: string[];
            /** @description The match. */
            suggestion: components["schemas"]["MatchDoc"];
        };
        /** @description What may come beside work of one medium. */
        MayReceive: {
            /** @description he may be offered something of these. */
            media: components["schemas"]["Medium"][];
            /** @description While he has something of this medium, */
            while_on: components["schemas"]["Medium"];
        };
        /** @description Who asks, and what his desk needs first. */
        Me: {
            agent?: components["schemas"]["AgentDoc"] | null;
            /** @description Build of the server; a change asks the browser to reload. */
            build: string;
            /** @description Origin of attachments and mail HTML. */
            files_origin: string;
            /** @description Rights of all his roles, each with its widest scope. */
            grants: components["schemas"]["Grant"][];
            /**
             * Format: int64
             * @description Number of the newest event.
             */
            seq: number;
            user: components["schemas"]["UserDoc"];
            workspace: components["schemas"]["WorkspaceDoc"];
        };
        /** @description What a user may change of himself. */
        MeBody: {
            /** @description Interface language: `en`, `ru`, `pl`. */
            language?: string | null;
            /** @description Shown name. */
            name?: string | null;
        };
        /**
         * @description How customer and agent talk.
         * @enum {string}
         */
        Medium: "voice" | "email" | "chat" | "message" | "task";
        /** @description The waits of one medium in a queue. */
        MediumWaitDoc: {
            /**
             * Format: int32
             * @description Agents who take this work now, busy or not.
             */
            agents: number;
            /**
             * Format: int32
             * @description How long the first of them has waited, seconds; 0 when nobody waits.
             */
            longest_seconds: number;
            /** @description Medium. */
            medium: components["schemas"]["Medium"];
            /** @description Why nothing can be said: `too_few`, `nobody_works`. */
            unknown?: string | null;
            wait?: components["schemas"]["WaitDoc"] | null;
            /**
             * Format: int32
             * @description Who waits.
             */
            waiting: number;
        };
        /** @description A merge. */
        Merge: {
            /** @description The case that it becomes a part of. */
            into: components["schemas"]["CaseId"];
        };
        /** @description The statement that two customers are one: an edge between them. Whoever hangs together by edges is one customer. */
        MergeDoc: {
            /** @description When. */
            at: components["schemas"]["Timestamp"];
            by?: components["schemas"]["UserId"] | null;
            /** @description His name. */
            by_name: string;
            /** @description Who was merged. */
            from: components["schemas"]["CustomerId"];
            /** @description His name at that time. */
            from_name: string;
            /** @description Id. */
            id: components["schemas"]["MergeId"];
            /** @description Into whom: he stands for both. */
            into: components["schemas"]["CustomerId"];
            /** @description His name at that time. */
            into_name: string;
            /** @description Addresses that count as proven by it: undone, they do not any more. */
            proved: components["schemas"]["IdentityId"][];
            /** @description The reason of the suggestion that was confirmed; empty if a person chose them. */
            reason: string;
            undone?: components["schemas"]["MergeUndone"] | null;
        };
        /**
         * Format: uuid
         * @description An edge between two customers who were said to be one.
         */
        MergeId: string;
        /** @description Into whom. */
        MergeInput: {
            /** @description The customer who stands for both from now on. */
            into: components["schemas"]["CustomerId"];
        };
        /** @description A merge was taken back. */
        MergeUndone: {
            /** @description When. */
            at: components["schemas"]["Timestamp"];
            /** @description By whom. */
            by: components["schemas"]["UserId"];
            /** @description His name. */
            by_name: string;
        };
        /** @description One utterance in an interaction. */
        MessageDoc: {
            /** @description When it was accepted. */
            at: components["schemas"]["Timestamp"];
            /** @description Files. */
            attachments: components["schemas"]["AttachmentDoc"][];
            /** @description Who says it. */
            author: components["schemas"]["Author"];
            /** @description Id given by the sender's client; a repeat is the same message. */
            client_id?: string | null;
            /** @description Delivery state. */
            delivery: components["schemas"]["Delivery"];
            /** @description There is an HTML form; it is fetched by a link of its own and shown in a sandboxed frame. */
            has_html: boolean;
            /** @description The HTML form has remote content that is blocked until asked for. */
            has_remote: boolean;
            /** @description Id. */
            id: components["schemas"]["MessageId"];
            /** @description Of which interaction. */
            interaction: components["schemas"]["InteractionId"];
            /** @description Visibility and direction. */
            kind: components["schemas"]["MessageKind"];
            mail?: components["schemas"]["MailDoc"] | null;
            /**
             * Format: int64
             * @description Number within the interaction: 1, 2, ... without gaps.
             */
            number: number;
            /** @description Quoted history of a mail, folded in the desk; empty if none. */
            quoted: string;
            /** @description Plain text (for mail: the text part without quoted history). */
            text: string;
        };
        /**
         * Format: uuid
         * @description One utterance in an interaction.
         */
        MessageId: string;
        /** @description A new message. */
        MessageInput: {
            /** @description Uploaded before. */
            attachments?: components["schemas"]["AttachmentId"][];
            /** @description Mail: copies instead of those of a reply. */
            cc?: components["schemas"]["Recipient"][] | null;
            /** @description Made by the client; a repeat is the same message. */
            client_id: string;
            kind: components["schemas"]["Kind"];
            /** @description Mail: subject instead of that of a reply. */
            subject?: string | null;
            /** @description May be empty when there are attachments. */
            text?: string;
            /** @description Mail: recipients instead of those of a reply. */
            to?: components["schemas"]["Recipient"][] | null;
        };
        /**
         * @description To whom a message is visible.
         * @enum {string}
         */
        MessageKind: "inbound" | "outbound" | "note" | "event";
        /**
         * @description How a supervisor takes part.
         * @enum {string}
         */
        MonitorMode: "listen" | "coach" | "barge";
        /** @description A case to be made. */
        NewCase: {
            assignee?: components["schemas"]["UserId"] | null;
            customer?: components["schemas"]["CustomerId"] | null;
            interaction?: components["schemas"]["InteractionId"] | null;
            /** @description What it is. */
            kind: components["schemas"]["CaseKind"];
            /**
             * Format: int32
             * @description 0 lowest, 9 highest; 5 if not given.
             */
            priority?: number | null;
            queue?: components["schemas"]["QueueId"] | null;
            /** @description Free words. */
            tags?: string[];
            team?: components["schemas"]["TeamId"] | null;
            /** @description The first comment, for colleagues. */
            text?: string | null;
            /** @description In a few words. */
            title: string;
            topic?: components["schemas"]["TopicId"] | null;
        };
        /** @description A comment. */
        NewComment: {
            /** @description Whom it names: they learn of it, and watch the case from then on. */
            mentions?: components["schemas"]["UserId"][];
            /** @description Its text; customers never see it. */
            text: string;
        };
        /** @description A step that was done. */
        NewComplaintStep: {
            /** @description Which: the next one. */
            stage: components["schemas"]["ComplaintStage"];
            /** @description What was done, found or said. */
            text: string;
        };
        /** @description A question. */
        NewForward: {
            /** @description Who is asked: a team that is a department. */
            department: components["schemas"]["TeamId"];
            /** @description What. */
            text: string;
        };
        /** @description A presence for later. */
        NextPresenceInput: {
            presence?: components["schemas"]["Presence"] | null;
        };
        /** @description What somebody wrote about a customer. */
        NoteDoc: {
            /** @description Who wrote it: he alone may change it. */
            by: components["schemas"]["UserId"];
            /** @description His name. */
            by_name: string;
            /** @description Written when. */
            created: components["schemas"]["Timestamp"];
            /** @description About whom. */
            customer: components["schemas"]["CustomerId"];
            edited?: components["schemas"]["Timestamp"] | null;
            /** @description Id. */
            id: components["schemas"]["NoteId"];
            /** @description Stands above the others. */
            pinned: boolean;
            /** @description Text. */
            text: string;
        };
        /**
         * Format: uuid
         * @description A note about a customer.
         */
        NoteId: string;
        /** @description A note. */
        NoteInput: {
            /** @description Stands above the others. */
            pinned?: boolean | null;
            /** @description Text; required for a new one, and changed only by its author. */
            text?: string | null;
        };
        /** @description One line in somebody's inbox about a case. */
        NoticeDoc: {
            /** @description When. */
            at: components["schemas"]["Timestamp"];
            by?: components["schemas"]["UserId"] | null;
            /** @description About which case. */
            case: components["schemas"]["CaseId"];
            /** @description Id. */
            id: components["schemas"]["NoticeId"];
            /** @description What happened. */
            kind: components["schemas"]["NoticeKind"];
            /** @description Its number. */
            number: string;
            seen?: components["schemas"]["Timestamp"] | null;
            /** @description Beginning of what was said; may be empty. */
            text: string;
            /** @description Its title. */
            title: string;
            /** @description Whose inbox. */
            to: components["schemas"]["UserId"];
        };
        /**
         * Format: uuid
         * @description One line in somebody's inbox about a case.
         */
        NoticeId: string;
        /**
         * @description Why something stands in an inbox.
         * @enum {string}
         */
        NoticeKind: "mention" | "assigned" | "asked" | "nudge" | "silent" | "next" | "watched";
        /**
         * Format: uuid
         * @description One offer of an interaction to an agent.
         */
        OfferId: string;
        /** @description Which offer. */
        OfferInput: {
            /** @description The offer that is answered; another one is stale. */
            offer: components["schemas"]["OfferId"];
        };
        /**
         * @description From when to when, in minutes after the local midnight at which the day begins. An interval belongs to the day
         *     on which it begins; `to_minute` above 1440 reaches into the next day (22:00-06:00 is 1320 to 1800), and the next
         *     day's holiday does not cut it. The whole day is 0 to 1440.
         */
        OpenInterval: {
            /**
             * Format: int32
             * @description First minute that is open, 0-1439.
             */
            from_minute: number;
            /**
             * Format: int32
             * @description First minute that is closed again: above `from_minute`, at most 1440 minutes after it.
             */
            to_minute: number;
        };
        /** @description An order. `customer` or `email` says whose it is; an order that is known stays whose it is without them. */
        OrderBody: {
            /** @description ISO 4217. */
            currency: string;
            customer?: components["schemas"]["CustomerId"] | null;
            /** @description Whose, by his mail address; a customer is made if nobody has proven it. */
            email?: string | null;
            /** @description Lines. */
            items?: components["schemas"]["OrderItem"][];
            /** @description Name of a customer who is made. */
            name?: string | null;
            /** @description The other system's number: one number is one order. */
            number: string;
            placed?: components["schemas"]["Timestamp"] | null;
            /** @description The other system's word: `paid`, `sent`. */
            state?: string;
            /**
             * Format: int64
             * @description Sum in minor units: cents.
             */
            total: number;
            /** @description Where it can be seen. */
            url?: string;
        };
        /** @description What a customer has bought, as another system tells it. */
        OrderDoc: {
            /** @description Told last when. */
            changed: components["schemas"]["Timestamp"];
            /** @description ISO 4217, `EUR`. */
            currency: string;
            /** @description Whose. */
            customer: components["schemas"]["CustomerId"];
            /** @description Id. */
            id: components["schemas"]["OrderId"];
            /** @description What was bought. */
            items: components["schemas"]["OrderItem"][];
            /** @description The other system's number: one number is one order. */
            number: string;
            /** @description Placed when. */
            placed: components["schemas"]["Timestamp"];
            /** @description The other system's word for its state. */
            state: string;
            /**
             * Format: int64
             * @description Sum in minor units of the currency: cents.
             */
            total: number;
            /** @description Where it can be seen; empty if nowhere. */
            url: string;
        };
        /**
         * Format: uuid
         * @description What a customer has bought.
         */
        OrderId: string;
        /** @description One line of an order. */
        OrderItem: {
            /** @description What. */
            name: string;
            /**
             * Format: int64
             * @description Price of one in minor units.
             */
            price: number;
            /**
             * Format: int64
             * @description How many.
             */
            quantity: number;
        };
        /**
         * @description In which order waiting interactions of the queue are served.
         * @enum {string}
         */
        Ordering: "priority_then_age" | "fifo" | "lifo" | "score" | "due_first" | "gc_mu";
        /** @description The company of customers. */
        OrganizationDoc: {
            /** @description Attributes. */
            attributes: components["schemas"]["BTreeMap"];
            /** @description Made when. */
            created: components["schemas"]["Timestamp"];
            /** @description Its mail domains: whoever writes from one is suggested to belong to it. */
            domains: string[];
            /** @description Id. */
            id: components["schemas"]["OrganizationId"];
            /** @description Name. */
            name: string;
            /** @description What every colleague should know. */
            notes: string;
        };
        /**
         * Format: uuid
         * @description The company of customers.
         */
        OrganizationId: string;
        /** @description An organization. */
        OrganizationInput: {
            /** @description Attributes to set; `null` takes one away. */
            attributes?: {
                [key: string]: components["schemas"]["AttributeValue"];
            } | null;
            /** @description Mail domains. */
            domains?: string[] | null;
            /** @description Name; required on creation. */
            name?: string | null;
            /** @description Notes. */
            notes?: string | null;
        };
        /** @description One of several offers of the same interaction, besides the first. */
        OtherOffer: {
            /** @description At whom it rings. */
            agent: components["schemas"]["AgentId"];
            /** @description The offer. */
            offer: components["schemas"]["OfferId"];
            /** @description Until when. */
            until: components["schemas"]["Timestamp"];
        };
        /** @description When a waiting interaction goes on to another queue. Of several rules that hold the first of the list counts. */
        OverflowRule: {
            /** @description To which queue. */
            to: components["schemas"]["QueueId"];
            /** @description When. */
            when: components["schemas"]["OverflowWhen"];
        };
        /** @description When a waiting interaction goes on to another queue. */
        OverflowWhen: {
            /** @enum {string} */
            kind: "wait";
            /** Format: int32 */
            seconds: number;
        } | {
            /** @enum {string} */
            kind: "estimated_wait";
            /** Format: int32 */
            seconds: number;
        } | {
            /** @enum {string} */
            kind: "ratio";
            /** Format: int32 */
            waiting_per_agent_percent: number;
        } | {
            /** @enum {string} */
            kind: "no_agents";
        };
        /** @description One page of a listing. */
        Page_AgentDoc: {
            /** @description Rows. */
            items: {
                /** @description Who set it. */
                by: components["schemas"]["PresenceBy"];
                /** @description How many interactions of each medium he takes at once. */
                capacity: components["schemas"]["Capacity"];
                /** @description False while his desk is not connected: he is routed nothing. */
                connected: boolean;
                /** @description His id (the same UUID as his user id). */
                id: components["schemas"]["AgentId"];
                /** @description Display name. */
                name: string;
                next?: components["schemas"]["Presence"] | null;
                /** @description He has a phone that can take a call: a browser with a microphone, or a registered SIP phone. */
                phone?: boolean;
                /** @description Chosen presence. */
                presence: components["schemas"]["Presence"];
                /** @description Queues he serves. */
                queues: components["schemas"]["QueueId"][];
                /** @description Since when. */
                since: components["schemas"]["Timestamp"];
                /** @description Skills with levels 1-10. */
                skills: components["schemas"]["SkillLevel"][];
                /** @description What occupies him. */
                slots: components["schemas"]["Slot"][];
                team?: components["schemas"]["TeamId"] | null;
                /** @description Wrap-ups of interactions that he has given away: they are his, wherever the interaction is now. His slots have them, too. */
                wrapups?: components["schemas"]["AgentWrapupDoc"][];
            }[];
            /** @description Give it as `after` to get the next page; null on the last one. */
            next?: string | null;
        };
        /** @description One page of a listing. */
        Page_AttributeDoc: {
            /** @description Rows. */
            items: {
                /** @description What may be chosen. */
                choices: string[];
                /** @description Id. */
                id: components["schemas"]["AttributeId"];
                /** @description Short name for programs and imports: `contract_no`. It never changes. */
                key: string;
                /** @description What it holds. */
                kind: components["schemas"]["AttributeKind"];
                /** @description Shown name. */
                label: string;
                /** @description What it is about. */
                on: components["schemas"]["AttributeOn"];
                /** @description What text must look like: a regular expression for the whole of it; empty for anything. */
                pattern: string;
                /**
                 * Format: int64
                 * @description Place in lists, smallest first.
                 */
                position: number;
                /** @description Whoever changes the attributes must give it. */
                required: boolean;
            }[];
            /** @description Give it as `after` to get the next page; null on the last one. */
            next?: string | null;
        };
        /** @description One page of a listing. */
        Page_AuditDoc: {
            /** @description Rows. */
            items: {
                /** @description What: `queue.changed`, `user.signed_in`, ... */
                act: string;
                /** @description Who: a user's name, or `system`. */
                actor: string;
                /** @description When. */
                at: components["schemas"]["Timestamp"];
                /** @description Before and after, without secrets. */
                data: unknown;
                /** @description SHA-256 over the previous hash and this entry, hexadecimal. */
                hash: string;
                /**
                 * Format: int64
                 * @description Number, gap-free.
                 */
                seq: number;
                /** @description On what. */
                subject: string;
            }[];
            /** @description Give it as `after` to get the next page; null on the last one. */
            next?: string | null;
        };
        /** @description One page of a listing. */
        Page_CalibrationDoc: {
            /** @description Rows. */
            items: {
                /**
                 * Format: int32
                 * @description Predictions whose customers were answered.
                 */
                answered: number;
                /**
                 * Format: double
                 * @description Mean of (wait - P50), seconds: above 0 was promised too short.
                 */
                bias: number;
                /**
                 * Format: double
                 * @description Share of waits that were not longer than P50. Who gave up is censored.
                 */
                coverage_p50: number;
                /**
                 * Format: double
                 * @description The same of P80: honest is 0.78 to 0.82.
                 */
                coverage_p80: number;
                /**
                 * Format: double
                 * @description The same of P90.
                 */
                coverage_p90: number;
                /**
                 * Format: int32
                 * @description Predictions whose customers gave up.
                 */
                gave_up: number;
                /**
                 * Format: double
                 * @description Share of waits between P50 and P80: honest is 0.3.
                 */
                in_band: number;
                /**
                 * Format: double
                 * @description Mean of |wait - P50| of those who were answered, seconds.
                 */
                mean_absolute_error: number;
                /** @description Medium. */
                medium: components["schemas"]["Medium"];
                /** @description Queue. */
                queue: components["schemas"]["QueueId"];
            }[];
            /** @description Give it as `after` to get the next page; null on the last one. */
            next?: string | null;
        };
        /** @description One page of a listing. */
        Page_CallDoc: {
            /** @description Rows. */
            items: {
                answered?: components["schemas"]["Timestamp"] | null;
                /** @description Channel. */
                channel: components["schemas"]["ChannelId"];
                /** @description More than two parties talk. */
                conference: boolean;
                connected?: components["schemas"]["Timestamp"] | null;
                /** @description The consulted party and the agent talk, the customer is on hold. */
                consulting: boolean;
                /** @description Direction. */
                direction: components["schemas"]["CallDirection"];
                /**
                 * Format: int64
                 * @description Milliseconds in which the customer was on hold.
                 */
                hold_ms: number;
                /** @description Id. */
                id: components["schemas"]["CallId"];
                /** @description The interaction that it is the telephone side of. */
                interaction: components["schemas"]["InteractionId"];
                /** @description Parties, oldest first; at most 20 are kept. */
                legs: components["schemas"]["LegDoc"][];
                /** @description The customer's number, E.164 if it could be read; empty if hidden. */
                number: string;
                /** @description The other number: ours. */
                our_number: string;
                /** @description Recording now. */
                recording: components["schemas"]["RecordingState"];
                /** @description It began. */
                started: components["schemas"]["Timestamp"];
                /** @description State. */
                state: components["schemas"]["CallState"];
                /**
                 * Format: int64
                 * @description Milliseconds in which customer and agent talked.
                 */
                talk_ms: number;
                trunk?: components["schemas"]["TrunkId"] | null;
                /** @description Nobody vouches for the customer's number: it came from a trunk that is not trusted. */
                unconfirmed: boolean;
            }[];
            /** @description Give it as `after` to get the next page; null on the last one. */
            next?: string | null;
        };
        /** @description One page of a listing. */
        Page_CallbackCountsDoc: {
            /** @description Rows. */
            items: {
                /**
                 * Format: int32
                 * @description Who wanted to be called or written to.
                 */
                accepted: number;
                /**
                 * Format: int32
                 * @description Not needed any more: they came first, or were reached by another way.
                 */
                canceled: number;
                /** @description Day in the queue's time zone, `2027-01-18`. */
                day: string;
                /**
                 * Format: int32
                 * @description Given up: never reached.
                 */
                failed: number;
                /**
                 * Format: int32
                 * @description They waited for a call at this number already.
                 */
                joined: number;
                /**
                 * Format: int32
                 * @description Reached by when they were told.
                 */
                kept: number;
                /**
                 * Format: int32
                 * @description Reached later than they were told.
                 */
                late: number;
                /** @description By which medium they waited. */
                medium: components["schemas"]["Medium"];
                /**
                 * Format: int32
                 * @description Who was told that he may be called or written to.
                 */
                offered: number;
                /**
                 * Format: int32
                 * @description Not over yet.
                 */
                open: number;
                /**
                 * Format: int32
                 * @description Who left before anybody answered, and to whom we come back by ourselves.
                 */
                owed: number;
                /** @description Queue in which they waited. */
                queue: components["schemas"]["QueueId"];
            }[];
            /** @description Give it as `after` to get the next page; null on the last one. */
            next?: string | null;
        };
        /** @description One page of a listing. */
        Page_CaseDoc: {
            /** @description Rows. */
            items: {
                assignee?: components["schemas"]["UserId"] | null;
                /** @description What has to be done, in order. */
                checklist?: components["schemas"]["CheckItem"][];
                /** @description What was done with a complaint, step by step, as evidence. */
                complaint?: components["schemas"]["ComplaintStep"][];
                /** @description When it was made. */
                created: components["schemas"]["Timestamp"];
                created_by?: components["schemas"]["UserId"] | null;
                customer?: components["schemas"]["CustomerId"] | null;
                /** @description His shown name, repeated here so that a list needs no second fetch; empty without a customer. */
                customer_name: string;
                /** @description Departments that were asked: they may see it from then on. */
                departments?: components["schemas"]["TeamId"][];
                forward?: components["schemas"]["ForwardId"] | null;
                /** @description Id. */
                id: components["schemas"]["CaseId"];
                /** @description The conversations about it, in the order in which they were added. */
                interactions: components["schemas"]["InteractionId"][];
                /** @description What it is. */
                kind: components["schemas"]["CaseKind"];
                /** @description Language of the customer, BCP 47, if known. */
                language?: string | null;
                /**
                 * Format: int64
                 * @description Number of its last entry (1, 2, ...).
                 */
                last_entry: number;
                /** @description How it stands to other cases. */
                links?: components["schemas"]["CaseLink"][];
                /** @description The number that people say: `2026-000123`. Counts within the year and the workspace; numbers may be missing. */
                number: string;
                /** @description Whether the customer can look at its state by a link. */
                page?: components["schemas"]["CasePage"];
                /**
                 * Format: int32
                 * @description 0 lowest, 9 highest.
                 */
                priority: number;
                queue?: components["schemas"]["QueueId"] | null;
                /**
                 * Format: int32
                 * @description How often it was opened again.
                 */
                reopened: number;
                /** @description State. */
                state: components["schemas"]["CaseState"];
                /** @description Free words, lower case, sorted. */
                tags: string[];
                team?: components["schemas"]["TeamId"] | null;
                /** @description In a few words. */
                title: string;
                topic?: components["schemas"]["TopicId"] | null;
                /** @description When it was last changed or commented on. */
                updated: components["schemas"]["Timestamp"];
                /**
                 * Format: int64
                 * @description Grows with each change: who changes a version that is not the newest is refused.
                 */
                version: number;
                /** @description Who wants to know what happens to it, and may see it because of that. */
                watchers?: components["schemas"]["UserId"][];
            }[];
            /** @description Give it as `after` to get the next page; null on the last one. */
            next?: string | null;
        };
        /** @description One page of a listing. */
        Page_CaseEntryDoc: {
            /** @description Rows. */
            items: {
                /** @description When. */
                at: components["schemas"]["Timestamp"];
                /** @description Who. */
                by: components["schemas"]["Actor"];
                /** @description Of which case. */
                case: components["schemas"]["CaseId"];
                /** @description Id. */
                id: components["schemas"]["CaseEntryId"];
                /**
                 * Format: int64
                 * @description Number within the case: 1, 2, ... without gaps.
                 */
                number: number;
                undone?: components["schemas"]["CaseEntryId"] | null;
                /**
                 * Format: int64
                 * @description Version of the case after it.
                 */
                version: number;
                /** @description What happened. */
                what: components["schemas"]["CaseEntry"];
            }[];
            /** @description Give it as `after` to get the next page; null on the last one. */
            next?: string | null;
        };
        /** @description One page of a listing. */
        Page_ChannelDoc: {
            /** @description Rows. */
            items: {
                /** @description Works. */
                enabled: boolean;
                /** @description What okno sees of it now. */
                health: components["schemas"]["ChannelHealth"];
                /** @description Id. */
                id: components["schemas"]["ChannelId"];
                /** @description Kind. */
                kind: components["schemas"]["ChannelKind"];
                /** @description Shown name. */
                name: string;
                /** @description Its interactions go to this queue. */
                queue: components["schemas"]["QueueId"];
                /** @description Settings. */
                settings: components["schemas"]["ChannelSettings"];
            }[];
            /** @description Give it as `after` to get the next page; null on the last one. */
            next?: string | null;
        };
        /** @description One page of a listing. */
        Page_ClockDoc: {
            /** @description Rows. */
            items: {
                due?: components["schemas"]["Timestamp"] | null;
                /** @description What it measures. */
                kind: components["schemas"]["ClockKind"];
                /**
                 * Format: int32
                 * @description Which one of its kind, from 1: each question of the customer has an own one.
                 */
                number: number;
                /**
                 * Format: int64
                 * @description How long it has rested, milliseconds of real time.
                 */
                paused_ms: number;
                /** @description Its policy. */
                policy: components["schemas"]["PolicyId"];
                /** @description When it began. */
                started: components["schemas"]["Timestamp"];
                /** @description How it stands. */
                state: components["schemas"]["ClockState"];
                /** @description Warn points that are known: percent, and when. */
                warns: components["schemas"]["WarnPoint"][];
                /** @description Why it is due then: in order of time. */
                why: components["schemas"]["Because"][];
            }[];
            /** @description Give it as `after` to get the next page; null on the last one. */
            next?: string | null;
        };
        /** @description One page of a listing. */
        Page_CustomerDoc: {
            /** @description Rows. */
            items: {
                /** @description Fields that the company has given to customers. */
                attributes?: components["schemas"]["BTreeMap"];
                /** @description In what his parts differ from him. Shown, never overwritten. */
                contradictions?: components["schemas"]["Contradiction"][];
                /** @description First seen. */
                created: components["schemas"]["Timestamp"];
                /** @description Fields that were empty and show what a part knows: field and part. They leave with the part. */
                gained?: {
                    [key: string]: components["schemas"]["CustomerId"];
                };
                /** @description Id. */
                id: components["schemas"]["CustomerId"];
                /** @description Addresses. */
                identities: components["schemas"]["IdentityDoc"][];
                /** @description Language, BCP 47. */
                language?: string | null;
                /** @description Shown name. */
                name: string;
                /** @description Free notes of the agents. */
                notes: string;
                organization?: components["schemas"]["OrganizationId"] | null;
                part_of?: components["schemas"]["CustomerId"] | null;
                /** @description The merges that made him what he is, oldest first: each can be undone. */
                parts?: components["schemas"]["CustomerPart"][];
            }[];
            /** @description Give it as `after` to get the next page; null on the last one. */
            next?: string | null;
        };
        /** @description One page of a listing. */
        Page_DecisionDoc: {
            /** @description Rows. */
            items: {
                /** @description What was decided: `queued`, `offered`, `waits`, `missed`, `declined`, `overflowed`, `assigned`, `transferred`. */
                act: string;
                agent?: components["schemas"]["AgentId"] | null;
                /** @description When. */
                at: components["schemas"]["Timestamp"];
                /** @description One English sentence for logs and transcripts. Screens make their own from the data. */
                because: string;
                /** @description Candidates that were weighed, best first; at most 20. */
                candidates: components["schemas"]["CandidateDoc"][];
                /**
                 * Format: int64
                 * @description Place in the queue that it had, from 1: when it was taken by hand, or while it waits.
                 */
                position?: number | null;
                /** @description Queue at that time. */
                queue: components["schemas"]["QueueId"];
                /** @description How many agents each filter removed. */
                removed: components["schemas"]["RemovedDoc"][];
                /** @description Rule that decided: `longest_idle`, `skill_rank`, `only_candidate`, `preferred`, ... */
                rule: string;
                /**
                 * Format: int64
                 * @description How many waited before it that the agent who took it by hand might have taken (cherry-picking).
                 */
                skipped?: number | null;
            }[];
            /** @description Give it as `after` to get the next page; null on the last one. */
            next?: string | null;
        };
        /** @description One page of a listing. */
        Page_DispositionDoc: {
            /** @description Rows. */
            items: {
                /** @description Hidden from choice, kept for history. */
                archived: boolean;
                /** @description Id. */
                id: components["schemas"]["DispositionId"];
                /** @description Shown name. */
                name: string;
                queue?: components["schemas"]["QueueId"] | null;
            }[];
            /** @description Give it as `after` to get the next page; null on the last one. */
            next?: string | null;
        };
        /** @description One page of a listing. */
        Page_ForwardDoc: {
            /** @description Rows. */
            items: {
                /** @description When. */
                at: components["schemas"]["Timestamp"];
                by?: components["schemas"]["UserId"] | null;
                /** @description Of which case. */
                case: components["schemas"]["CaseId"];
                /** @description Who is asked. */
                department: components["schemas"]["TeamId"];
                /** @description Id. */
                id: components["schemas"]["ForwardId"];
                /** @description State. */
                state: components["schemas"]["ForwardState"];
                /** @description What is asked. */
                text: string;
            }[];
            /** @description Give it as `after` to get the next page; null on the last one. */
            next?: string | null;
        };
        /** @description One page of a listing. */
        Page_HistoryItem: {
            /** @description Rows. */
            items: {
                /** @description Where it stands in time: the newest first. */
                at: components["schemas"]["Timestamp"];
                /** @description What it is. */
                entry: components["schemas"]["HistoryEntry"];
            }[];
            /** @description Give it as `after` to get the next page; null on the last one. */
            next?: string | null;
        };
        /** @description One page of a listing. */
        Page_HoursDoc: {
            /** @description Rows. */
            items: {
                /** @description Hidden from choice; who uses it keeps it. */
                archived?: boolean;
                /** @description Stretches of time that are not as their day is ("closed now, the building is empty"). */
                exceptions?: components["schemas"]["HoursException"][];
                /** @description Days that are not as their weekday is. */
                holidays?: components["schemas"]["Holiday"][];
                /** @description Id. */
                id: components["schemas"]["HoursId"];
                /** @description Shown name. */
                name: string;
                /** @description IANA time zone, `Europe/Warsaw`. All days and minutes are local there. */
                time_zone: string;
                /**
                 * @description Open intervals of the seven days, Monday first; an empty day is closed. At most
                 *     [`crate::limits::HOURS_INTERVALS_PER_DAY`] a day, in order, not overlapping.
                 */
                week: components["schemas"]["OpenInterval"][][];
            }[];
            /** @description Give it as `after` to get the next page; null on the last one. */
            next?: string | null;
        };
        /** @description One page of a listing. */
        Page_InteractionDoc: {
            /** @description Rows. */
            items: {
                agent?: components["schemas"]["AgentId"] | null;
                /**
                 * Format: int64
                 * @description Last message number that the agent has seen.
                 */
                agent_read: number;
                answered?: components["schemas"]["Timestamp"] | null;
                callback?: components["schemas"]["CallbackDoc"] | null;
                called_back?: components["schemas"]["CallbackDoc"] | null;
                case?: components["schemas"]["CaseId"] | null;
                /** @description Entry point. */
                channel: components["schemas"]["ChannelId"];
                /** @description Its start. */
                created: components["schemas"]["Timestamp"];
                customer?: components["schemas"]["CustomerId"] | null;
                /** @description Customer's shown name, repeated here so that a list needs no second fetch. */
                customer_name: string;
                /** @description The customer is connected (chats and calls only). */
                customer_online: boolean;
                /**
                 * Format: int64
                 * @description Last message number that the customer has seen.
                 */
                customer_read: number;
                customer_waits?: components["schemas"]["Timestamp"] | null;
                disposition?: components["schemas"]["DispositionId"] | null;
                due?: components["schemas"]["Timestamp"] | null;
                /** @description Since when it waits; kept over re-offers. */
                enqueued: components["schemas"]["Timestamp"];
                /** @description Id. */
                id: components["schemas"]["InteractionId"];
                /** @description Language of the customer, BCP 47, if known. */
                language?: string | null;
                /** @description When the last message came. */
                last_at: components["schemas"]["Timestamp"];
                /**
                 * Format: int64
                 * @description Number of the last message (1, 2, ...).
                 */
                last_message: number;
                /** @description Medium. */
                medium: components["schemas"]["Medium"];
                /** @description We began it: an outgoing call. */
                outbound?: boolean;
                /** @description Beginning of the last message. */
                preview: string;
                previous?: components["schemas"]["InteractionId"] | null;
                /**
                 * Format: int32
                 * @description 0 lowest, 9 highest.
                 */
                priority: number;
                promise?: components["schemas"]["AnswerPromise"] | null;
                /** @description Current queue. */
                queue: components["schemas"]["QueueId"];
                /** @description State. */
                state: components["schemas"]["InteractionState"];
                /** @description Mail subject, or the first words of a chat. */
                subject: string;
            }[];
            /** @description Give it as `after` to get the next page; null on the last one. */
            next?: string | null;
        };
        /** @description One page of a listing. */
        Page_LedgerDoc: {
            /** @description Rows. */
            items: {
                cause?: components["schemas"]["BlackHoleCause"] | null;
                /** @description Where it came in. */
                channel: components["schemas"]["ChannelId"];
                customer?: components["schemas"]["CustomerId"] | null;
                /** @description By when it must have ended. */
                deadline: components["schemas"]["Timestamp"];
                /** @description Words: why it is quarantined, refused or lost. */
                detail: string;
                ended?: components["schemas"]["Timestamp"] | null;
                /** @description Customer's name or raw sender, for the list. */
                from: string;
                /** @description Id. */
                id: components["schemas"]["UnitId"];
                interaction?: components["schemas"]["InteractionId"] | null;
                /** @description Kind. */
                kind: components["schemas"]["UnitKind"];
                owner?: components["schemas"]["UserId"] | null;
                queue?: components["schemas"]["QueueId"] | null;
                /** @description When it was durable. */
                received: components["schemas"]["Timestamp"];
                /** @description It was brought back to people: it ends `recovered`, not `answered`, whatever had been wrong with it. */
                recovering?: boolean;
                /** @description State. */
                state: components["schemas"]["UnitState"];
                /** @description Subject or first words. */
                subject: string;
            }[];
            /** @description Give it as `after` to get the next page; null on the last one. */
            next?: string | null;
        };
        /** @description One page of a listing. */
        Page_MatchDoc: {
            /** @description Rows. */
            items: {
                /**
                 * Format: int32
                 * @description 0-100.
                 */
                confidence: number;
                /** @description When it was found. */
                created: components["schemas"]["Timestamp"];
                /** @description The customer of the new interaction. */
                customer: components["schemas"]["CustomerId"];
                /** @description Id. */
                id: components["schemas"]["MatchId"];
                /** @description The customer whom he may be. */
                other: components["schemas"]["CustomerId"];
                /** @description Name of the other. */
                other_name: string;
                /** @description The strongest reason: `same_email_unverified`, `same_email_signed`, `same_external_id`, `same_phone`, `similar_email`, `agent_said_same`. */
                reason: string;
                /** @description All reasons that were found. */
                reasons?: string[];
                /** @description `open`, `confirmed`, `rejected`. */
                state: string;
            }[];
            /** @description Give it as `after` to get the next page; null on the last one. */
            next?: string | null;
        };
        /** @description One page of a listing. */
        Page_MatchPair: {
            /** @description Rows. */
            items: {
                /** @description Its first customer, or who stands for him. */
                customer: components["schemas"]["CustomerDoc"];
                /**
                 * Format: int64
                 * @description How many interactions the first one has.
                 */
                customer_interactions: number;
                /** @description The other. */
                other: components["schemas"]["CustomerDoc"];
                /**
                 * Format: int64
                 * @description And the other.
                 */
                other_interactions: number;
                /** @description All that speaks for it, strongest first. */
                reasons: string[];
                /** @description The match. */
                suggestion: components["schemas"]["MatchDoc"];
            }[];
            /** @description Give it as `after` to get the next page; null on the last one. */
            next?: string | null;
        };
        /** @description One page of a listing. */
        Page_MergeDoc: {
            /** @description Rows. */
            items: {
                /** @description When. */
                at: components["schemas"]["Timestamp"];
                by?: components["schemas"]["UserId"] | null;
                /** @description His name. */
                by_name: string;
                /** @description Who was merged. */
                from: components["schemas"]["CustomerId"];
                /** @description His name at that time. */
                from_name: string;
                /** @description Id. */
                id: components["schemas"]["MergeId"];
                /** @description Into whom: he stands for both. */
                into: components["schemas"]["CustomerId"];
                /** @description His name at that time. */
                into_name: string;
                /** @description Addresses that count as proven by it: undone, they do not any more. */
                proved: components["schemas"]["IdentityId"][];
                /** @description The reason of the suggestion that was confirmed; empty if a person chose them. */
                reason: string;
                undone?: components["schemas"]["MergeUndone"] | null;
            }[];
            /** @description Give it as `after` to get the next page; null on the last one. */
            next?: string | null;
        };
        /** @description One page of a listing. */
        Page_MessageDoc: {
            /** @description Rows. */
            items: {
                /** @description When it was accepted. */
                at: components["schemas"]["Timestamp"];
                /** @description Files. */
                attachments: components["schemas"]["AttachmentDoc"][];
                /** @description Who says it. */
                author: components["schemas"]["Author"];
                /** @description Id given by the sender's client; a repeat is the same message. */
                client_id?: string | null;
                /** @description Delivery state. */
                delivery: components["schemas"]["Delivery"];
                /** @description There is an HTML form; it is fetched by a link of its own and shown in a sandboxed frame. */
                has_html: boolean;
                /** @description The HTML form has remote content that is blocked until asked for. */
                has_remote: boolean;
                /** @description Id. */
                id: components["schemas"]["MessageId"];
                /** @description Of which interaction. */
                interaction: components["schemas"]["InteractionId"];
                /** @description Visibility and direction. */
                kind: components["schemas"]["MessageKind"];
                mail?: components["schemas"]["MailDoc"] | null;
                /**
                 * Format: int64
                 * @description Number within the interaction: 1, 2, ... without gaps.
                 */
                number: number;
                /** @description Quoted history of a mail, folded in the desk; empty if none. */
                quoted: string;
                /** @description Plain text (for mail: the text part without quoted history). */
                text: string;
            }[];
            /** @description Give it as `after` to get the next page; null on the last one. */
            next?: string | null;
        };
        /** @description One page of a listing. */
        Page_NoteDoc: {
            /** @description Rows. */
            items: {
                /** @description Who wrote it: he alone may change it. */
                by: components["schemas"]["UserId"];
                /** @description His name. */
                by_name: string;
                /** @description Written when. */
                created: components["schemas"]["Timestamp"];
                /** @description About whom. */
                customer: components["schemas"]["CustomerId"];
                edited?: components["schemas"]["Timestamp"] | null;
                /** @description Id. */
                id: components["schemas"]["NoteId"];
                /** @description Stands above the others. */
                pinned: boolean;
                /** @description Text. */
                text: string;
            }[];
            /** @description Give it as `after` to get the next page; null on the last one. */
            next?: string | null;
        };
        /** @description One page of a listing. */
        Page_NoticeDoc: {
            /** @description Rows. */
            items: {
                /** @description When. */
                at: components["schemas"]["Timestamp"];
                by?: components["schemas"]["UserId"] | null;
                /** @description About which case. */
                case: components["schemas"]["CaseId"];
                /** @description Id. */
                id: components["schemas"]["NoticeId"];
                /** @description What happened. */
                kind: components["schemas"]["NoticeKind"];
                /** @description Its number. */
                number: string;
                seen?: components["schemas"]["Timestamp"] | null;
                /** @description Beginning of what was said; may be empty. */
                text: string;
                /** @description Its title. */
                title: string;
                /** @description Whose inbox. */
                to: components["schemas"]["UserId"];
            }[];
            /** @description Give it as `after` to get the next page; null on the last one. */
            next?: string | null;
        };
        /** @description One page of a listing. */
        Page_OrderDoc: {
            /** @description Rows. */
            items: {
                /** @description Told last when. */
                changed: components["schemas"]["Timestamp"];
                /** @description ISO 4217, `EUR`. */
                currency: string;
                /** @description Whose. */
                customer: components["schemas"]["CustomerId"];
                /** @description Id. */
                id: components["schemas"]["OrderId"];
                /** @description What was bought. */
                items: components["schemas"]["OrderItem"][];
                /** @description The other system's number: one number is one order. */
                number: string;
                /** @description Placed when. */
                placed: components["schemas"]["Timestamp"];
                /** @description The other system's word for its state. */
                state: string;
                /**
                 * Format: int64
                 * @description Sum in minor units of the currency: cents.
                 */
                total: number;
                /** @description Where it can be seen; empty if nowhere. */
                url: string;
            }[];
            /** @description Give it as `after` to get the next page; null on the last one. */
            next?: string | null;
        };
        /** @description One page of a listing. */
        Page_OrganizationDoc: {
            /** @description Rows. */
            items: {
                /** @description Attributes. */
                attributes: components["schemas"]["BTreeMap"];
                /** @description Made when. */
                created: components["schemas"]["Timestamp"];
                /** @description Its mail domains: whoever writes from one is suggested to belong to it. */
                domains: string[];
                /** @description Id. */
                id: components["schemas"]["OrganizationId"];
                /** @description Name. */
                name: string;
                /** @description What every colleague should know. */
                notes: string;
            }[];
            /** @description Give it as `after` to get the next page; null on the last one. */
            next?: string | null;
        };
        /** @description One page of a listing. */
        Page_PauseCodeDoc: {
            /** @description Rows. */
            items: {
                /** @description Hidden from choice, kept for history. */
                archived: boolean;
                /** @description Id. */
                id: components["schemas"]["PauseCodeId"];
                /** @description Shown name. */
                name: string;
            }[];
            /** @description Give it as `after` to get the next page; null on the last one. */
            next?: string | null;
        };
        /** @description One page of a listing. */
        Page_PhoneDoc: {
            /** @description Rows. */
            items: {
                /** @description Whose. */
                agent: components["schemas"]["AgentId"];
                /** @description May register. */
                enabled: boolean;
                /** @description A password is stored. */
                has_password: boolean;
                /** @description Id. */
                id: components["schemas"]["PhoneId"];
                /** @description User name with which it registers, unique. */
                login: string;
                /** @description Shown name: "Desk phone, room 12". */
                name: string;
                /** @description Where it is registered; empty when it is not. */
                registered: components["schemas"]["RegistrationDoc"][];
                /** @description It understands challenges by SHA-256. Off for old phones, which give up when they see one. */
                sha256: boolean;
                /** @description Encryption of the voice. */
                srtp: components["schemas"]["SrtpPolicy"];
            }[];
            /** @description Give it as `after` to get the next page; null on the last one. */
            next?: string | null;
        };
        /** @description One page of a listing. */
        Page_PolicyDoc: {
            /** @description Rows. */
            items: {
                /** @description What happens at warn points and breaches. */
                actions?: components["schemas"]["SlaAction"][];
                /** @description No new matter gets it, and it is recomputed for none. */
                archived?: boolean;
                hours?: components["schemas"]["HoursId"] | null;
                /** @description Id. */
                id: components["schemas"]["PolicyId"];
                /** @description Shown name. */
                name: string;
                /**
                 * Format: int32
                 * @description Lower goes before higher among those that are equally specific.
                 */
                order: number;
                /** @description In these phases its clocks rest. The clock of a department does not rest while the department has to act. */
                pauses: components["schemas"]["Phase"][];
                /** @description What a reopening does. */
                reopen: components["schemas"]["ReopenRule"];
                /** @description For what it is. */
                selector: components["schemas"]["SlaSelector"];
                /** @description At most one of each kind. */
                targets: components["schemas"]["SlaTarget"][];
            }[];
            /** @description Give it as `after` to get the next page; null on the last one. */
            next?: string | null;
        };
        /** @description One page of a listing. */
        Page_PromiseCountsDoc: {
            /** @description Rows. */
            items: {
                /**
                 * Format: int32
                 * @description Not done in time.
                 */
                broken: number;
                /**
                 * Format: int32
                 * @description Not needed any more.
                 */
                canceled: number;
                /**
                 * Format: int32
                 * @description Done in time.
                 */
                kept: number;
                /**
                 * Format: int32
                 * @description Done late, but the customer was told in time.
                 */
                kept_late_warned: number;
                /**
                 * Format: int32
                 * @description All of them.
                 */
                made: number;
                /**
                 * Format: int32
                 * @description Not over yet.
                 */
                open: number;
                queue?: components["schemas"]["QueueId"] | null;
                /** @description Source. */
                source: components["schemas"]["PromiseSource"];
            }[];
            /** @description Give it as `after` to get the next page; null on the last one. */
            next?: string | null;
        };
        /** @description One page of a listing. */
        Page_PromiseDoc: {
            /** @description Rows. */
            items: {
                by?: components["schemas"]["UserId"] | null;
                customer?: components["schemas"]["CustomerId"] | null;
                /** @description His shown name, repeated here so that a list needs no second fetch. */
                customer_name: string;
                /** @description By when, after all updates. */
                due: components["schemas"]["Timestamp"];
                /** @description When it was due when it was made. */
                first_due: components["schemas"]["Timestamp"];
                /** @description Id. */
                id: components["schemas"]["PromiseId"];
                interaction?: components["schemas"]["InteractionId"] | null;
                /** @description His language, BCP 47, if known. */
                language?: string | null;
                /** @description When it was made. */
                made: components["schemas"]["Timestamp"];
                nudged_owner?: components["schemas"]["Timestamp"] | null;
                nudged_supervisor?: components["schemas"]["Timestamp"] | null;
                owner?: components["schemas"]["UserId"] | null;
                queue?: components["schemas"]["QueueId"] | null;
                /** @description Where it comes from. */
                source: components["schemas"]["PromiseSource"];
                /** @description Its state. */
                state: components["schemas"]["PromiseState"];
                /** @description What the customer was told since, oldest first. */
                updates?: components["schemas"]["PromiseUpdate"][];
                /** @description What; empty where the source says it. */
                what: string;
            }[];
            /** @description Give it as `after` to get the next page; null on the last one. */
            next?: string | null;
        };
        /** @description One page of a listing. */
        Page_PromptDoc: {
            /** @description Rows. */
            items: {
                /** @description Id. */
                id: components["schemas"]["PromptId"];
                /** @description Kind. */
                kind: components["schemas"]["PromptKind"];
                /** @description Shown name. */
                name: string;
                /** @description Its forms by language. */
                parts: components["schemas"]["PromptPartDoc"][];
            }[];
            /** @description Give it as `after` to get the next page; null on the last one. */
            next?: string | null;
        };
        /** @description One page of a listing. */
        Page_QueueDoc: {
            /** @description Rows. */
            items: {
                /**
                 * Format: int32
                 * @description One priority step is gained after so many seconds of waiting; 0 for none.
                 */
                ageing_seconds: number;
                /** @description What those who wait are told of their place. */
                announce?: components["schemas"]["AnnounceRule"];
                /**
                 * Format: int32
                 * @description Answer within so many seconds (the promise; ledger deadline).
                 */
                answer_within_seconds: number;
                /** @description Takes nothing new. */
                archived: boolean;
                /**
                 * Format: int32
                 * @description An agent whose phone was busy is not offered the same interaction for so many seconds.
                 */
                busy_delay_seconds?: number;
                /**
                 * Format: int32
                 * @description Offer time-out of chats, seconds.
                 */
                chat_offer_seconds: number;
                /** @description What becomes of who comes while it is closed. */
                closed?: components["schemas"]["Treatment"];
                /** @description What becomes at closing time of those who still wait. */
                closing?: components["schemas"]["ClosingRule"];
                /**
                 * Format: int32
                 * @description A declining agent is not offered the same interaction for so many seconds.
                 */
                decline_delay_seconds: number;
                /**
                 * Format: int32
                 * @description An interaction joins the competition only after so many seconds in the queue.
                 */
                delay_seconds?: number;
                /**
                 * Format: int32
                 * @description Offer time-out of mails, seconds.
                 */
                email_offer_seconds: number;
                empty?: components["schemas"]["EmptyRule"] | null;
                full?: components["schemas"]["FullRule"] | null;
                hours?: components["schemas"]["HoursId"] | null;
                /** @description Id. */
                id: components["schemas"]["QueueId"];
                /** @description Shown name. */
                name: string;
                /**
                 * Format: int32
                 * @description A missed agent is not offered the same interaction for so many seconds.
                 */
                no_answer_delay_seconds: number;
                /** @description In which order waiting interactions are served. */
                order?: components["schemas"]["Ordering"];
                /** @description When what waits goes on to another queue; the first rule that holds counts. */
                overflows?: components["schemas"]["OverflowRule"][];
                /**
                 * Format: int32
                 * @description `preferred_then_pool`: the preferred agent is waited for so many seconds.
                 */
                preferred_seconds?: number;
                /**
                 * Format: int32
                 * @description Priority of its interactions, 0-9.
                 */
                priority: number;
                recovery?: components["schemas"]["RecoveryRule"] | null;
                /**
                 * Format: int32
                 * @description Written work goes to an agent who could take a call of this queue only while so many others could; 0 for no reserve.
                 */
                reserve?: number;
                /**
                 * Format: int32
                 * @description `ring_progressively`: one more agent every so many seconds.
                 */
                ring_seconds?: number;
                /** @description Rings of `bullseye`, at most six. */
                rings?: components["schemas"]["Ring"][];
                /** @description Rings count the whole wait of the interaction, not only that in this queue. */
                rings_survive_transfer?: boolean;
                /** @description Points of the order `score`. */
                score?: components["schemas"]["Score"];
                /** @description Required skills; all must be met. */
                skills: components["schemas"]["RequiredSkill"][];
                /** @description What the required skills mean. */
                skills_mode?: components["schemas"]["SkillsMode"];
                /** @description Strategy. */
                strategy: components["schemas"]["Strategy"];
                /**
                 * @description Agents by tier, in the order of `linear` and `round_robin`. Whoever is not listed has tier 0 and stands behind the
                 *     listed ones of his tier, by id.
                 */
                tiers?: components["schemas"]["Tier"][];
                /**
                 * Format: int32
                 * @description Offer time-out of calls, seconds.
                 */
                voice_offer_seconds: number;
                /**
                 * Format: int32
                 * @description What a waiting interaction costs, compared with other queues (order `gc_mu`), 1-100.
                 */
                weight?: number;
                /** @description Over which time `fewest_contacts`, `least_talk_time` and `least_occupied` count. */
                window?: components["schemas"]["Window"];
                /** @description Wrap-up. */
                wrapup: components["schemas"]["WrapupMode"];
                /**
                 * Format: int32
                 * @description By how much each time, seconds.
                 */
                wrapup_extension_seconds?: number;
                /**
                 * Format: int32
                 * @description How often an agent may lengthen a wrap-up.
                 */
                wrapup_extensions?: number;
            }[];
            /** @description Give it as `after` to get the next page; null on the last one. */
            next?: string | null;
        };
        /** @description One page of a listing. */
        Page_RoleDoc: {
            /** @description Rows. */
            items: {
                /** @description Rights with scopes. */
                grants: components["schemas"]["Grant"][];
                /** @description Id. */
                id: components["schemas"]["RoleId"];
                /** @description Stable key of a default role, or empty. */
                key: string;
                /** @description Shown name. */
                name: string;
            }[];
            /** @description Give it as `after` to get the next page; null on the last one. */
            next?: string | null;
        };
        /** @description One page of a listing. */
        Page_SearchHit: {
            /** @description Rows. */
            items: {
                /** @description When it was said, or began. */
                at: components["schemas"]["Timestamp"];
                /** @description Who said it, of a message of ours; okno itself is empty. */
                author?: string | null;
                customer?: components["schemas"]["CustomerId"] | null;
                /**
                 * Format: uuid
                 * @description Its id.
                 */
                id: string;
                interaction?: components["schemas"]["InteractionId"] | null;
                /** @description What it is. */
                kind: components["schemas"]["SearchKind"];
                medium?: components["schemas"]["Medium"] | null;
                /** @description The customer's name. */
                name: string;
                /** @description It is an internal note. */
                note: boolean;
                /** @description The part of the text that answers. */
                snippet: components["schemas"]["SearchSnippet"];
                /** @description Subject of the interaction, or number and title of the case. */
                subject: string;
            }[];
            /** @description Give it as `after` to get the next page; null on the last one. */
            next?: string | null;
        };
        /** @description One page of a listing. */
        Page_Session: {
            /** @description Rows. */
            items: {
                /** @description Address of the browser. */
                address: string;
                /** @description User-Agent of the browser. */
                agent: string;
                /** @description Signed in. */
                created: components["schemas"]["Timestamp"];
                /** @description It is the one that asks. */
                current: boolean;
                /** @description Ends then, if not used. */
                expires: components["schemas"]["Timestamp"];
                id: components["schemas"]["SessionId"];
                /** @description Last used, to the minute. */
                seen: components["schemas"]["Timestamp"];
            }[];
            /** @description Give it as `after` to get the next page; null on the last one. */
            next?: string | null;
        };
        /** @description One page of a listing. */
        Page_SkillDoc: {
            /** @description Rows. */
            items: {
                /** @description Id. */
                id: components["schemas"]["SkillId"];
                /** @description Shown name. */
                name: string;
            }[];
            /** @description Give it as `after` to get the next page; null on the last one. */
            next?: string | null;
        };
        /** @description One page of a listing. */
        Page_TeamDoc: {
            /** @description Rows. */
            items: {
                department?: components["schemas"]["DepartmentDoc"] | null;
                /** @description Id. */
                id: components["schemas"]["TeamId"];
                /** @description Shown name. */
                name: string;
            }[];
            /** @description Give it as `after` to get the next page; null on the last one. */
            next?: string | null;
        };
        /** @description One page of a listing. */
        Page_TimelineItem: {
            /** @description Rows. */
            items: {
                /** @description Name of its agent. */
                agent_name?: string | null;
                /** @description Its calls with their figures, oldest first; none without the right to read the interaction. */
                calls?: components["schemas"]["CallDoc"][];
                /** @description Name of its channel. */
                channel_name: string;
                /** @description The interaction. */
                interaction: components["schemas"]["InteractionDoc"];
                /** @description Name of its queue. */
                queue_name: string;
                /** @description Its recordings, oldest first; none without the right to listen to them. */
                recordings?: components["schemas"]["RecordingDoc"][];
            }[];
            /** @description Give it as `after` to get the next page; null on the last one. */
            next?: string | null;
        };
        /** @description One page of a listing. */
        Page_TopicDoc: {
            /** @description Rows. */
            items: {
                /** @description Hidden from choice. */
                archived: boolean;
                /** @description Id. */
                id: components["schemas"]["TopicId"];
                /** @description Shown name. */
                name: string;
                parent?: components["schemas"]["TopicId"] | null;
            }[];
            /** @description Give it as `after` to get the next page; null on the last one. */
            next?: string | null;
        };
        /** @description One page of a listing. */
        Page_TrunkDoc: {
            /** @description Rows. */
            items: {
                /** @description Number shown to whom we call when the channel has none, E.164. */
                caller_id: string;
                /**
                 * Format: int32
                 * @description New calls per second, each way.
                 */
                calls_per_second: number;
                /** @description Codecs in order of preference: `PCMA`, `PCMU`, `G722`, `opus`. */
                codecs: string[];
                /** @description Takes and makes calls. */
                enabled: boolean;
                /** @description A password is stored. */
                has_password: boolean;
                /** @description What okno sees of it now. */
                health: components["schemas"]["ChannelHealth"];
                /** @description Host of the provider, a name or an address. */
                host: string;
                /** @description Id. */
                id: components["schemas"]["TrunkId"];
                /**
                 * Format: int32
                 * @description Calls at once, both ways.
                 */
                max_calls: number;
                /** @description Shown name. */
                name: string;
                /**
                 * Format: int64
                 * @description Order of trial for outgoing calls, lowest first.
                 */
                order: number;
                /**
                 * Format: int32
                 * @description Port; 0 for the transport's own (5060, 5061 with TLS).
                 */
                port: number;
                /** @description Realm of the challenges that we answer; empty for the host. */
                realm: string;
                /** @description We register there; otherwise the provider knows us by our address. */
                register: boolean;
                /** @description Addresses or networks (CIDR) from which its calls come; empty for those of the host. */
                sources: string[];
                /** @description Encryption of the voice. */
                srtp: components["schemas"]["SrtpPolicy"];
                /** @description Transport. */
                transport: components["schemas"]["SipTransport"];
                /** @description Caller's number in P-Asserted-Identity is believed. */
                trusted: boolean;
                /** @description User of registration and challenges; empty for none. */
                user: string;
            }[];
            /** @description Give it as `after` to get the next page; null on the last one. */
            next?: string | null;
        };
        /** @description One page of a listing. */
        Page_UserDoc: {
            /** @description Rows. */
            items: {
                /** @description Parallel interactions. */
                capacity: components["schemas"]["Capacity"];
                /** @description Created. */
                created: components["schemas"]["Timestamp"];
                /** @description May not sign in. */
                disabled: boolean;
                /** @description Mail address, the sign-in name. */
                email: string;
                /** @description Id. */
                id: components["schemas"]["UserId"];
                /** @description Interface language. */
                language: string;
                /** @description Shown name. */
                name: string;
                /** @description Queues served. */
                queues: components["schemas"]["QueueId"][];
                /** @description Roles. */
                roles: components["schemas"]["RoleId"][];
                /** @description Skills. */
                skills: components["schemas"]["SkillLevel"][];
                team?: components["schemas"]["TeamId"] | null;
            }[];
            /** @description Give it as `after` to get the next page; null on the last one. */
            next?: string | null;
        };
        /** @description The old and the new password. */
        PasswordBody: {
            /** @description The password until now. */
            current: string;
            /** @description The password from now on, 10 to 256 characters. */
            new: string;
        };
        /** @description A reason for a pause. */
        PauseCodeDoc: {
            /** @description Hidden from choice, kept for history. */
            archived: boolean;
            /** @description Id. */
            id: components["schemas"]["PauseCodeId"];
            /** @description Shown name. */
            name: string;
        };
        /**
         * Format: uuid
         * @description A reason for a pause.
         */
        PauseCodeId: string;
        /** @description A pause code. */
        PauseCodeInput: {
            /** @description Hidden from choice. */
            archived?: boolean | null;
            /** @description Shown name; required on creation. */
            name?: string | null;
        };
        /**
         * @description Where a matter stands, as far as clocks ask.
         * @enum {string}
         */
        Phase: "new" | "open" | "waiting_customer" | "waiting_department" | "on_hold" | "resolved" | "closed" | "merged";
        /** @description A telephone channel. What is left out gets a default. */
        PhoneChannelInput: {
            /** @description Announce the place in the queue. */
            announce_position?: boolean;
            /**
             * Format: int32
             * @description Seconds between announcements; 0 for none, otherwise at least 15.
             */
            announce_seconds?: number | null;
            /** @description Announce the expected wait. */
            announce_wait?: boolean;
            answer?: components["schemas"]["AnswerMode"] | null;
            /** @description A caller may press 1 to be called back. */
            callback?: boolean;
            /** @description Minutes before each of these tries, 1 to 1440; the last one holds for all that follow. */
            callback_gaps?: number[] | null;
            /**
             * Format: int32
             * @description Hours after which a callback is given up, 1 to 336.
             */
            callback_hours?: number | null;
            /**
             * Format: int32
             * @description A callback that was not answered is tried so many times more, 0 to 10.
             */
            callback_retries?: number | null;
            /** @description Widgets may call this channel from the browser. */
            click_to_call?: boolean;
            greeting?: components["schemas"]["PromptId"] | null;
            /** @description Language of announcements; the workspace's if left out. */
            language?: string | null;
            music?: components["schemas"]["PromptId"] | null;
            /** @description Numbers that lead here. */
            numbers?: string[];
            /** @description Calls are recorded. */
            record?: boolean;
            /**
             * Format: int32
             * @description Days for which recordings are kept; 0 for ever.
             */
            record_days?: number | null;
            /** @description A caller may press 2 to leave a message. */
            voicemail?: boolean;
            /**
             * Format: int32
             * @description Asked for a message after so many seconds; 0 for never.
             */
            voicemail_seconds?: number | null;
            /** @description The agent hears the queue's name first. */
            whisper?: boolean;
        };
        /** @description A SIP phone of an agent. Its password is stored sealed and never returned. */
        PhoneDoc: {
            /** @description Whose. */
            agent: components["schemas"]["AgentId"];
            /** @description May register. */
            enabled: boolean;
            /** @description A password is stored. */
            has_password: boolean;
            /** @description Id. */
            id: components["schemas"]["PhoneId"];
            /** @description User name with which it registers, unique. */
            login: string;
            /** @description Shown name: "Desk phone, room 12". */
            name: string;
            /** @description Where it is registered; empty when it is not. */
            registered: components["schemas"]["RegistrationDoc"][];
            /** @description It understands challenges by SHA-256. Off for old phones, which give up when they see one. */
            sha256: boolean;
            /** @description Encryption of the voice. */
            srtp: components["schemas"]["SrtpPolicy"];
        };
        /**
         * Format: uuid
         * @description A SIP phone of an agent.
         */
        PhoneId: string;
        /** @description A SIP phone of an agent. */
        PhoneInput: {
            agent?: components["schemas"]["AgentId"] | null;
            /** @description May register. */
            enabled?: boolean | null;
            /** @description User name with which it registers; required on creation. */
            login?: string | null;
            /** @description Shown name; required on creation. */
            name?: string | null;
            /** @description Password, at least 12 characters; required on creation. Never returned. */
            password?: string | null;
            /** @description It understands challenges by SHA-256. */
            sha256?: boolean | null;
            srtp?: components["schemas"]["SrtpPolicy"] | null;
        };
        /** @description Settings of a telephone channel: its numbers and what callers hear. */
        PhoneSettings: {
            /** @description The place in the queue is announced. */
            announce_position: boolean;
            /**
             * Format: int32
             * @description Seconds between announcements; 0 for none.
             */
            announce_seconds: number;
            /** @description The expected wait is announced. */
            announce_wait: boolean;
            /** @description When calls are answered. */
            answer: components["schemas"]["AnswerMode"];
            /** @description A caller may press 1 to be called back and keep his place. */
            callback: boolean;
            /** @description Minutes before each of these tries; the last one holds for all that follow. */
            callback_gaps?: number[];
            /**
             * Format: int32
             * @description Hours after which a callback is given up.
             */
            callback_hours?: number;
            /**
             * Format: int32
             * @description A callback that was not answered is tried so many times more.
             */
            callback_retries?: number;
            /** @description A widget on these channels' pages may call this channel from the browser: click-to-call. */
            click_to_call: boolean;
            greeting?: components["schemas"]["PromptId"] | null;
            /** @description Language of announcements when the customer's is not known. */
            language: string;
            music?: components["schemas"]["PromptId"] | null;
            /** @description Numbers that lead here, as the trunks send them (E.164 with `+`, or an extension). */
            numbers: string[];
            /** @description Calls are recorded. */
            record: boolean;
            /**
             * Format: int32
             * @description Days for which recordings are kept; 0 for ever.
             */
            record_days: number;
            /** @description A caller may press 2 to leave a message. */
            voicemail: boolean;
            /**
             * Format: int32
             * @description After so many seconds in the queue the caller is asked for a message; 0 for never.
             */
            voicemail_seconds: number;
            /** @description The agent hears the queue's name before he is connected. */
            whisper: boolean;
        };
        /** @description One policy that was weighed. */
        PolicyChoiceDoc: {
            /**
             * Format: int32
             * @description How many fields its selector asks by.
             */
            fields: number;
            /** @description All of them agree. */
            matches: boolean;
            /** @description Which. */
            policy: components["schemas"]["PolicyId"];
        };
        /**
         * @description A rule by when customers are answered and their matters are done. Of all that match, the one with the most fields in its selector counts,
         *     then the one with the lowest `order`.
         */
        PolicyDoc: {
            /** @description What happens at warn points and breaches. */
            actions?: components["schemas"]["SlaAction"][];
            /** @description No new matter gets it, and it is recomputed for none. */
            archived?: boolean;
            hours?: components["schemas"]["HoursId"] | null;
            /** @description Id. */
            id: components["schemas"]["PolicyId"];
            /** @description Shown name. */
            name: string;
            /**
             * Format: int32
             * @description Lower goes before higher among those that are equally specific.
             */
            order: number;
            /** @description In these phases its clocks rest. The clock of a department does not rest while the department has to act. */
            pauses: components["schemas"]["Phase"][];
            /** @description What a reopening does. */
            reopen: components["schemas"]["ReopenRule"];
            /** @description For what it is. */
            selector: components["schemas"]["SlaSelector"];
            /** @description At most one of each kind. */
            targets: components["schemas"]["SlaTarget"][];
        };
        /**
         * Format: uuid
         * @description A rule of service levels.
         */
        PolicyId: string;
        /** @description A policy of service levels. */
        PolicyInput: {
            /** @description What happens at warn points and breaches. */
            actions?: components["schemas"]["SlaAction"][] | null;
            /** @description Hidden from choice. */
            archived?: boolean | null;
            hours?: components["schemas"]["HoursId"] | null;
            /** @description Name; required on creation. */
            name?: string | null;
            /**
             * Format: int32
             * @description Lower goes before higher among equally specific ones.
             */
            order?: number | null;
            /** @description Phases in which its clocks rest. */
            pauses?: components["schemas"]["Phase"][] | null;
            reopen?: components["schemas"]["ReopenRule"] | null;
            selector?: components["schemas"]["SlaSelector"] | null;
            /** @description Targets, at most one of each kind. */
            targets?: components["schemas"]["SlaTarget"][] | null;
        };
        /** @description Which policy a matter would get, and why not another one. */
        PolicyPreviewDoc: {
            /** @description Its clocks, as if each of them began now. */
            clocks: components["schemas"]["ClockDoc"][];
            /** @description All that were weighed. */
            considered: components["schemas"]["PolicyChoiceDoc"][];
            policy?: components["schemas"]["PolicyId"] | null;
        };
        /** @description A matter that somebody imagines. */
        PolicyQuestion: {
            at?: components["schemas"]["Timestamp"] | null;
            /** @description What it is. */
            kind: components["schemas"]["SlaKind"];
            /** @description The customer's language. */
            language?: string | null;
            /**
             * Format: int32
             * @description Its priority, 0 to 9; 0 without.
             */
            priority?: number | null;
            queue?: components["schemas"]["QueueId"] | null;
            /** @description Its tags and those of the customer's organization. */
            tags?: string[];
        };
        /** @description Whether the place in the queue is said. */
        PositionRule: {
            /** @enum {string} */
            kind: "no";
        } | {
            /** @enum {string} */
            kind: "yes";
        } | {
            /** @enum {string} */
            kind: "limit";
            /**
             * Format: int32
             * @description The last place that is said.
             */
            limit: number;
        } | {
            /** @enum {string} */
            kind: "more_than";
            /**
             * Format: int32
             * @description The last place that is said exactly.
             */
            limit: number;
        };
        /** @description What the agent chose (or a supervisor or okno chose for him). */
        Presence: {
            /** @enum {string} */
            kind: "available";
        } | {
            /** @enum {string} */
            kind: "available_on_demand";
        } | {
            code?: components["schemas"]["PauseCodeId"] | null;
            /** @enum {string} */
            kind: "paused";
        } | {
            /** @enum {string} */
            kind: "offline";
        };
        /**
         * @description Who set a presence.
         * @enum {string}
         */
        PresenceBy: "agent" | "supervisor" | "rona" | "lost_heartbeat" | "next" | "on_demand" | "no_phone";
        /** @description A presence. */
        PresenceInput: {
            presence: components["schemas"]["Presence"];
        };
        /** @description What went wrong, for the caller (`application/problem+json`). */
        Problem: {
            /** @description Stable code for programs: `not_found`, `stale_offer`, `too_long`. */
            code: string;
            /** @description What is wrong and what to do, in words. */
            detail: string;
            /** @description The field of the body or query that is wrong. */
            field?: string | null;
            /**
             * Format: int32
             * @description HTTP status.
             */
            status: number;
            /** @description Short name of the status. */
            title: string;
            /** @description `about:blank`: the code says it. */
            type: string;
        };
        /** @description How promises of one source in one queue were kept. `made = kept + kept_late_warned + broken + canceled + open`. */
        PromiseCountsDoc: {
            /**
             * Format: int32
             * @description Not done in time.
             */
            broken: number;
            /**
             * Format: int32
             * @description Not needed any more.
             */
            canceled: number;
            /**
             * Format: int32
             * @description Done in time.
             */
            kept: number;
            /**
             * Format: int32
             * @description Done late, but the customer was told in time.
             */
            kept_late_warned: number;
            /**
             * Format: int32
             * @description All of them.
             */
            made: number;
            /**
             * Format: int32
             * @description Not over yet.
             */
            open: number;
            queue?: components["schemas"]["QueueId"] | null;
            /** @description Source. */
            source: components["schemas"]["PromiseSource"];
        };
        /** @description One promise to one customer. */
        PromiseDoc: {
            by?: components["schemas"]["UserId"] | null;
            customer?: components["schemas"]["CustomerId"] | null;
            /** @description His shown name, repeated here so that a list needs no second fetch. */
            customer_name: string;
            /** @description By when, after all updates. */
            due: components["schemas"]["Timestamp"];
            /** @description When it was due when it was made. */
            first_due: components["schemas"]["Timestamp"];
            /** @description Id. */
            id: components["schemas"]["PromiseId"];
            interaction?: components["schemas"]["InteractionId"] | null;
            /** @description His language, BCP 47, if known. */
            language?: string | null;
            /** @description When it was made. */
            made: components["schemas"]["Timestamp"];
            nudged_owner?: components["schemas"]["Timestamp"] | null;
            nudged_supervisor?: components["schemas"]["Timestamp"] | null;
            owner?: components["schemas"]["UserId"] | null;
            queue?: components["schemas"]["QueueId"] | null;
            /** @description Where it comes from. */
            source: components["schemas"]["PromiseSource"];
            /** @description Its state. */
            state: components["schemas"]["PromiseState"];
            /** @description What the customer was told since, oldest first. */
            updates?: components["schemas"]["PromiseUpdate"][];
            /** @description What; empty where the source says it. */
            what: string;
        };
        /** @description An honest word about a promise that will not be kept in time: a proposal for whoever tells it. */
        PromiseDraftDoc: {
            /** @description A new time. */
            due: components["schemas"]["Timestamp"];
            /** @description The words, in the customer's language. */
            text: string;
        };
        /**
         * Format: uuid
         * @description Something that a customer was promised.
         */
        PromiseId: string;
        /** @description A new promise. */
        PromiseInput: {
            owner?: components["schemas"]["UserId"] | null;
            /** @description When and what, in English, Russian or Polish: `tomorrow 12:00 call about the refund`. */
            text: string;
        };
        /** @description What was understood of a promise that somebody types, before it is made. */
        PromisePreviewDoc: {
            /** @description It is closed then. */
            closed: boolean;
            /** @description By when. */
            due: components["schemas"]["Timestamp"];
            /** @description The time zone in which it was read. */
            time_zone: string;
            /** @description What. */
            what: string;
        };
        /**
         * @description Where a promise comes from.
         * @enum {string}
         */
        PromiseSource: "manual" | "macro" | "flow" | "wait" | "auto_reply" | "callback" | "policy";
        /** @description The life of a promise. */
        PromiseState: {
            /** @description By when. */
            due: components["schemas"]["Timestamp"];
            /** @enum {string} */
            kind: "open";
        } | {
            /** @description When. */
            at: components["schemas"]["Timestamp"];
            /** @enum {string} */
            kind: "kept";
        } | {
            /** @description When. */
            at: components["schemas"]["Timestamp"];
            /** @enum {string} */
            kind: "kept_late_warned";
        } | {
            /** @description When the time was over. */
            at: components["schemas"]["Timestamp"];
            /** @enum {string} */
            kind: "broken";
            over?: components["schemas"]["Timestamp"] | null;
        } | {
            /** @description When. */
            at: components["schemas"]["Timestamp"];
            /** @enum {string} */
            kind: "canceled";
        };
        /** @description A promise as people write it. */
        PromiseText: {
            /** @description When and what, in English, Russian or Polish: `tomorrow 12:00 call about the refund`. */
            text: string;
        };
        /** @description A new time that the customer was told. */
        PromiseUpdate: {
            /** @description When. */
            at: components["schemas"]["Timestamp"];
            /** @description Who told him. */
            by: components["schemas"]["UserId"];
            /** @description By when now. */
            due: components["schemas"]["Timestamp"];
            /** @description The time before. */
            old: components["schemas"]["Timestamp"];
            /** @description The words. */
            text: string;
        };
        /** @description A new time for a promise. */
        PromiseUpdateInput: {
            /** @description Made by the client; a repeat is the same message. */
            client_id: string;
            /** @description Write it to him now. Otherwise he was told in another way. */
            send: boolean;
            /** @description What the customer is told. */
            text: string;
            /** @description When: `tomorrow 12:00`, `2026-11-24 12:00`. */
            when: string;
        };
        /**
         * @description Why a customer cannot be answered soon.
         * @enum {string}
         */
        PromiseWhy: "closed" | "closing" | "full" | "empty" | "asked";
        /** @description A sound that callers hear. */
        PromptDoc: {
            /** @description Id. */
            id: components["schemas"]["PromptId"];
            /** @description Kind. */
            kind: components["schemas"]["PromptKind"];
            /** @description Shown name. */
            name: string;
            /** @description Its forms by language. */
            parts: components["schemas"]["PromptPartDoc"][];
        };
        /**
         * Format: uuid
         * @description A sound that callers hear.
         */
        PromptId: string;
        /** @description A prompt. Its sounds are uploaded or spoken by calls of their own. */
        PromptInput: {
            kind?: components["schemas"]["PromptKind"] | null;
            /** @description Shown name; required on creation. */
            name?: string | null;
        };
        /**
         * @description What a prompt is for.
         * @enum {string}
         */
        PromptKind: "speech" | "music";
        /** @description One recorded or spoken form of a prompt in one language. */
        PromptPartDoc: {
            /** @description Blob key of the normalized sound. */
            blob: string;
            /** @description `en`, `ru`, `pl`. */
            language: string;
            /**
             * Format: int64
             * @description Length.
             */
            ms: number;
            /** @description The words, when it was made by text to speech. */
            text: string;
        };
        /** @description How a leg sounds, of what we receive from it. */
        QualityDoc: {
            /**
             * Format: double
             * @description Interarrival jitter (RFC 3550 6.4.1), milliseconds.
             */
            jitter_ms: number;
            /**
             * Format: double
             * @description Packets lost, percent.
             */
            loss: number;
            /**
             * Format: double
             * @description Estimated mean opinion score, 1 to 4.5 (ITU-T G.107, simplified).
             */
            mos: number;
            /**
             * Format: double
             * @description Round trip by RTCP, milliseconds; 0 if not known.
             */
            rtt_ms: number;
        };
        /** @description A queue. */
        QueueDoc: {
            /**
             * Format: int32
             * @description One priority step is gained after so many seconds of waiting; 0 for none.
             */
            ageing_seconds: number;
            /** @description What those who wait are told of their place. */
            announce?: components["schemas"]["AnnounceRule"];
            /**
             * Format: int32
             * @description Answer within so many seconds (the promise; ledger deadline).
             */
            answer_within_seconds: number;
            /** @description Takes nothing new. */
            archived: boolean;
            /**
             * Format: int32
             * @description An agent whose phone was busy is not offered the same interaction for so many seconds.
             */
            busy_delay_seconds?: number;
            /**
             * Format: int32
             * @description Offer time-out of chats, seconds.
             */
            chat_offer_seconds: number;
            /** @description What becomes of who comes while it is closed. */
            closed?: components["schemas"]["Treatment"];
            /** @description What becomes at closing time of those who still wait. */
            closing?: components["schemas"]["ClosingRule"];
            /**
             * Format: int32
             * @description A declining agent is not offered the same interaction for so many seconds.
             */
            decline_delay_seconds: number;
            /**
             * Format: int32
             * @description An interaction joins the competition only after so many seconds in the queue.
             */
            delay_seconds?: number;
            /**
             * Format: int32
             * @description Offer time-out of mails, seconds.
             */
            email_offer_seconds: number;
            empty?: components["schemas"]["EmptyRule"] | null;
            full?: components["schemas"]["FullRule"] | null;
            hours?: components["schemas"]["HoursId"] | null;
            /** @description Id. */
            id: components["schemas"]["QueueId"];
            /** @description Shown name. */
            name: string;
            /**
             * Format: int32
             * @description A missed agent is not offered the same interaction for so many seconds.
             */
            no_answer_delay_seconds: number;
            /** @description In which order waiting interactions are served. */
            order?: components["schemas"]["Ordering"];
            /** @description When what waits goes on to another queue; the first rule that holds counts. */
            overflows?: components["schemas"]["OverflowRule"][];
            /**
             * Format: int32
             * @description `preferred_then_pool`: the preferred agent is waited for so many seconds.
             */
            preferred_seconds?: number;
            /**
             * Format: int32
             * @description Priority of its interactions, 0-9.
             */
            priority: number;
            recovery?: components["schemas"]["RecoveryRule"] | null;
            /**
             * Format: int32
             * @description Written work goes to an agent who could take a call of this queue only while so many others could; 0 for no reserve.
             */
            reserve?: number;
            /**
             * Format: int32
             * @description `ring_progressively`: one more agent every so many seconds.
             */
            ring_seconds?: number;
            /** @description Rings of `bullseye`, at most six. */
            rings?: components["schemas"]["Ring"][];
            /** @description Rings count the whole wait of the interaction, not only that in this queue. */
            rings_survive_transfer?: boolean;
            /** @description Points of the order `score`. */
            score?: components["schemas"]["Score"];
            /** @description Required skills; all must be met. */
            skills: components["schemas"]["RequiredSkill"][];
            /** @description What the required skills mean. */
            skills_mode?: components["schemas"]["SkillsMode"];
            /** @description Strategy. */
            strategy: components["schemas"]["Strategy"];
            /**
             * @description Agents by tier, in the order of `linear` and `round_robin`. Whoever is not listed has tier 0 and stands behind the
             *     listed ones of his tier, by id.
             */
            tiers?: components["schemas"]["Tier"][];
            /**
             * Format: int32
             * @description Offer time-out of calls, seconds.
             */
            voice_offer_seconds: number;
            /**
             * Format: int32
             * @description What a waiting interaction costs, compared with other queues (order `gc_mu`), 1-100.
             */
            weight?: number;
            /** @description Over which time `fewest_contacts`, `least_talk_time` and `least_occupied` count. */
            window?: components["schemas"]["Window"];
            /** @description Wrap-up. */
            wrapup: components["schemas"]["WrapupMode"];
            /**
             * Format: int32
             * @description By how much each time, seconds.
             */
            wrapup_extension_seconds?: number;
            /**
             * Format: int32
             * @description How often an agent may lengthen a wrap-up.
             */
            wrapup_extensions?: number;
        };
        /**
         * Format: uuid
         * @description A queue.
         */
        QueueId: string;
        /** @description A queue. */
        QueueInput: {
            /**
             * Format: int32
             * @description One priority step per so many seconds of waiting; 0 for none.
             */
            ageing_seconds?: number | null;
            announce?: components["schemas"]["AnnounceRule"] | null;
            /**
             * Format: int32
             * @description Answer within so many seconds.
             */
            answer_within_seconds?: number | null;
            /** @description Takes nothing new. */
            archived?: boolean | null;
            /**
             * Format: int32
             * @description After a busy phone, seconds.
             */
            busy_delay_seconds?: number | null;
            /**
             * Format: int32
             * @description Offer time-out of chats, seconds.
             */
            chat_offer_seconds?: number | null;
            closed?: components["schemas"]["Treatment"] | null;
            closing?: components["schemas"]["ClosingRule"] | null;
            /**
             * Format: int32
             * @description After a decline, seconds.
             */
            decline_delay_seconds?: number | null;
            /**
             * Format: int32
             * @description It joins the competition only after so many seconds in the queue.
             */
            delay_seconds?: number | null;
            /**
             * Format: int32
             * @description Offer time-out of mails, seconds.
             */
            email_offer_seconds?: number | null;
            empty?: components["schemas"]["EmptyRule"] | null;
            full?: components["schemas"]["FullRule"] | null;
            hours?: components["schemas"]["HoursId"] | null;
            /** @description Shown name; required on creation. */
            name?: string | null;
            /**
             * Format: int32
             * @description After a miss, seconds.
             */
            no_answer_delay_seconds?: number | null;
            order?: components["schemas"]["Ordering"] | null;
            /** @description When what waits goes on to another queue; empty for never. The `overflow` of earlier versions is read as a rule by wait. */
            overflows?: components["schemas"]["OverflowRule"][] | null;
            /**
             * Format: int32
             * @description `preferred_then_pool`: the preferred agent is waited for so many seconds.
             */
            preferred_seconds?: number | null;
            /**
             * Format: int32
             * @description 0-9.
             */
            priority?: number | null;
            recovery?: components["schemas"]["RecoveryRule"] | null;
            /**
             * Format: int32
             * @description Agents who stay ready for calls while others write.
             */
            reserve?: number | null;
            /**
             * Format: int32
             * @description `ring_progressively`: one more agent every so many seconds.
             */
            ring_seconds?: number | null;
            /** @description Rings of `bullseye`, at most six. */
            rings?: components["schemas"]["Ring"][] | null;
            /** @description Rings count the whole wait, not only that in this queue. */
            rings_survive_transfer?: boolean | null;
            score?: components["schemas"]["Score"] | null;
            /** @description Required skills. */
            skills?: components["schemas"]["RequiredSkill"][] | null;
            skills_mode?: components["schemas"]["SkillsMode"] | null;
            strategy?: components["schemas"]["Strategy"] | null;
            /** @description Agents by tier, in the order of `linear` and `round_robin`. */
            tiers?: components["schemas"]["Tier"][] | null;
            /**
             * Format: int32
             * @description Offer time-out of calls, seconds.
             */
            voice_offer_seconds?: number | null;
            /**
             * Format: int32
             * @description What a waiting interaction costs (order `gc_mu`), 1-100.
             */
            weight?: number | null;
            window?: components["schemas"]["Window"] | null;
            wrapup?: components["schemas"]["WrapupMode"] | null;
            /**
             * Format: int32
             * @description By how much each time, seconds.
             */
            wrapup_extension_seconds?: number | null;
            /**
             * Format: int32
             * @description How often a wrap-up may be lengthened.
             */
            wrapup_extensions?: number | null;
        };
        /** @description A question: who would get such an interaction now? */
        QueuePreviewInput: {
            changes?: components["schemas"]["QueueInput"] | null;
            medium?: components["schemas"]["Medium"] | null;
            preferred?: components["schemas"]["AgentId"] | null;
            /**
             * Format: int32
             * @description Priority; that of the queue without.
             */
            priority?: number | null;
            queue?: components["schemas"]["QueueId"] | null;
            /** @description Skills that it needs besides those of the queue. */
            skills?: components["schemas"]["RequiredSkill"][] | null;
        };
        /** @description The waits of a queue now. */
        QueueWaitDoc: {
            /** @description When. */
            at: components["schemas"]["Timestamp"];
            /** @description Who waits, first in line first; at most 200. */
            line: components["schemas"]["LineDoc"][];
            /** @description By medium, for who would come now. */
            media: components["schemas"]["MediumWaitDoc"][];
            /** @description It is open. */
            open: boolean;
            opens?: components["schemas"]["Timestamp"] | null;
            /** @description Queue. */
            queue: components["schemas"]["QueueId"];
        };
        /** @description How far the agent has read. */
        ReadInput: {
            /**
             * Format: int64
             * @description Number of the last message seen.
             */
            number: number;
        };
        /** @description Why an agent is not offered an interaction now. */
        ReasonDoc: {
            /** @description The agent. */
            agent: components["schemas"]["AgentId"];
            /** @description One English sentence for logs and transcripts. Screens make their own from the data. */
            because: string;
            /** @description The filter that keeps him away, as in decisions; or `ready`, `rings`, `has_it`, `chosen`, `not_first`, `delayed`, `by_hand`, `kept_for_another`. */
            filter: string;
            until?: components["schemas"]["Timestamp"] | null;
        };
        /** @description A mail address with a name. */
        Recipient: {
            /** @description Address. */
            address: string;
            /** @description Shown name; may be missing. */
            name?: string;
        };
        /** @description A recording of a call or a voicemail. Its sound is fetched by a link of its own. */
        RecordingDoc: {
            /** @description Call. */
            call: components["schemas"]["CallId"];
            /**
             * Format: int64
             * @description Chunks that are kept.
             */
            chunks: number;
            /** @description It ended by a crash: up to its last chunk. */
            cut: boolean;
            /** @description Its sound is deleted, the record stays. */
            deleted: boolean;
            ended?: components["schemas"]["Timestamp"] | null;
            expires?: components["schemas"]["Timestamp"] | null;
            /** @description Id. */
            id: components["schemas"]["RecordingId"];
            /** @description Interaction. */
            interaction: components["schemas"]["InteractionId"];
            /**
             * Format: int64
             * @description Length of what is kept.
             */
            ms: number;
            /** @description It began. */
            started: components["schemas"]["Timestamp"];
            /** @description A message that a customer left, not a conversation. */
            voicemail: boolean;
        };
        /**
         * Format: uuid
         * @description A recording.
         */
        RecordingId: string;
        /**
         * @description Whether a call is being recorded.
         * @enum {string}
         */
        RecordingState: "off" | "on" | "paused";
        /** @description How to recover. */
        RecoverInput: {
            /** @description A note for whoever answers. */
            note?: string | null;
        };
        /** @description Who leaves before anybody answered is come back to by our own motion (behaviour.md B7). */
        RecoveryRule: {
            /**
             * Format: int32
             * @description If he has waited for so long: who leaves sooner has changed his mind.
             */
            after_seconds: number;
            /**
             * Format: int32
             * @description And if he has not come again by any way for so long.
             */
            quiet_seconds: number;
        };
        /** @description Why it is refused. */
        RefuseInput: {
            /** @description The reason, kept on record. */
            why: string;
        };
        /** @description One place where a phone is registered. */
        RegistrationDoc: {
            /** @description Address it registered from. */
            address: string;
            /** @description Until when. */
            until: components["schemas"]["Timestamp"];
            /** @description What it says it is. */
            user_agent: string;
        };
        /** @description Agents removed by one filter. */
        RemovedDoc: {
            /** @description Some of them, at most 20. */
            agents: components["schemas"]["AgentId"][];
            /**
             * Format: int64
             * @description How many.
             */
            count: number;
            /**
             * @description Filter: `not_available`, `not_connected`, `no_phone`, `no_skill`, `no_capacity`, `wrapup`, `not_member`, `excluded_after_miss`,
             *     `excluded_after_decline`, `excluded_after_leaving` (changed presence while it rang), `excluded_after_transfer`, `excluded_after_unreached`.
             */
            filter: string;
        };
        /**
         * @description What becomes of the time for the solution when the matter is opened again.
         * @enum {string}
         */
        ReopenRule: "continue" | "restart";
        /** @description Whether a wrap-up shall follow the talk. */
        RequestWrapUpInput: {
            /** @description It shall. */
            wanted: boolean;
        };
        /** @description A skill requirement of a queue or an interaction. */
        RequiredSkill: {
            /**
             * Format: int32
             * @description At least this level.
             */
            level: number;
            /** @description Which skill. */
            skill: components["schemas"]["SkillId"];
        };
        /**
         * @description What a user may do. Each right is granted with a [`Scope`].
         * @enum {string}
         */
        Right: "agent.work" | "interaction.pull" | "interaction.read" | "interaction.write" | "interaction.manage" | "customer.read" | "customer.write" | "case.read" | "case.write" | "case.answer" | "case.manage" | "agent.read" | "agent.manage" | "ledger.read" | "ledger.manage" | "routing.configure" | "channel.configure" | "user.configure" | "workspace.configure" | "call.dial" | "call.monitor" | "call.barge" | "recording.listen" | "recording.control" | "voice.configure" | "audit.read" | "events.read";
        /** @description One ring of `bullseye`: what is relaxed after some time, together with the rings before it. */
        Ring: {
            /** @description Agents of these queues join. */
            add_queues?: components["schemas"]["QueueId"][];
            /**
             * Format: int32
             * @description After so many seconds in the queue.
             */
            after_seconds: number;
            /** @description These skills are not required any more. */
            drop_skills?: components["schemas"]["SkillId"][];
            /**
             * Format: int32
             * @description Required levels are lower by so much, but never below 1.
             */
            lower_levels?: number;
        };
        /** @description A named set of rights. */
        RoleDoc: {
            /** @description Rights with scopes. */
            grants: components["schemas"]["Grant"][];
            /** @description Id. */
            id: components["schemas"]["RoleId"];
            /** @description Stable key of a default role, or empty. */
            key: string;
            /** @description Shown name. */
            name: string;
        };
        /**
         * Format: uuid
         * @description A role: a named set of rights with scopes.
         */
        RoleId: string;
        /** @description A role. */
        RoleInput: {
            /** @description Rights with scopes. */
            grants?: components["schemas"]["Grant"][] | null;
            /** @description Shown name; required on creation. */
            name?: string | null;
        };
        /** @description What is to be said. */
        Said: {
            /** @description The words. */
            text: string;
        };
        /** @description What one part says. */
        SaidValue: {
            /** @description Who says it. */
            customer: components["schemas"]["CustomerId"];
            /** @description The value as text. */
            value: string;
        };
        /**
         * @description How far a right reaches. Ordered: each scope includes the ones before it.
         * @enum {string}
         */
        Scope: "own" | "team" | "queue" | "all";
        /**
         * @description Points of a waiting interaction under the order `score`: base + minutes waited x rate. Ten points are worth one step of
         *     priority where queues of different orders compete.
         */
        Score: {
            /**
             * Format: int32
             * @description Points at the start.
             */
            base: number;
            /** @description Points per minute of waiting by priority, from 0 to 9. */
            per_minute_by_priority: number[];
        };
        /** @description Something that was found. */
        SearchHit: {
            /** @description When it was said, or began. */
            at: components["schemas"]["Timestamp"];
            /** @description Who said it, of a message of ours; okno itself is empty. */
            author?: string | null;
            customer?: components["schemas"]["CustomerId"] | null;
            /**
             * Format: uuid
             * @description Its id.
             */
            id: string;
            interaction?: components["schemas"]["InteractionId"] | null;
            /** @description What it is. */
            kind: components["schemas"]["SearchKind"];
            medium?: components["schemas"]["Medium"] | null;
            /** @description The customer's name. */
            name: string;
            /** @description It is an internal note. */
            note: boolean;
            /** @description The part of the text that answers. */
            snippet: components["schemas"]["SearchSnippet"];
            /** @description Subject of the interaction, or number and title of the case. */
            subject: string;
        };
        /**
         * @description What can be found.
         * @enum {string}
         */
        SearchKind: "customer" | "interaction" | "message" | "case";
        /** @description A piece of a text, in UTF-16 units. */
        SearchMark: {
            /**
             * Format: int32
             * @description Its first unit.
             */
            from: number;
            /**
             * Format: int32
             * @description The unit after its last.
             */
            until: number;
        };
        /** @description A part of a text with the words that were looked for. */
        SearchSnippet: {
            /** @description The words that were looked for, in UTF-16 units of `text`, in order. */
            found: components["schemas"]["SearchMark"][];
            /** @description The part, in one line. */
            text: string;
        };
        /** @description The part of an interaction that one queue or agent had. Never overlaps with another of the same interaction. */
        SegmentDoc: {
            agent?: components["schemas"]["AgentId"] | null;
            answered?: components["schemas"]["Timestamp"] | null;
            ended?: components["schemas"]["Timestamp"] | null;
            /** @description Entered the queue. */
            enqueued: components["schemas"]["Timestamp"];
            /** @description Id. */
            id: components["schemas"]["SegmentId"];
            /** @description Of which interaction. */
            interaction: components["schemas"]["InteractionId"];
            /**
             * Format: int64
             * @description Missed and declined offers.
             */
            offers: number;
            outcome?: components["schemas"]["SegmentOutcome"] | null;
            /** @description In which queue. */
            queue: components["schemas"]["QueueId"];
            wrapup?: components["schemas"]["Timestamp"] | null;
            wrapup_ended?: components["schemas"]["Timestamp"] | null;
        };
        /**
         * Format: uuid
         * @description The part of an interaction that one queue or agent had.
         */
        SegmentId: string;
        /**
         * @description Why a segment ended.
         * @enum {string}
         */
        SegmentOutcome: "handled" | "abandoned" | "overflowed" | "transferred";
        /** @description A server and how to sign in. */
        ServerInput: {
            /** @description Not used: okno knows whether a password is stored. */
            has_password?: boolean | null;
            /** @description Host. */
            host: string;
            /**
             * Format: int32
             * @description Port.
             */
            port: number;
            /** @description Encryption. */
            tls: components["schemas"]["TlsMode"];
            /** @description User name; empty for none. */
            user?: string;
        };
        /** @description A server and how to sign in; the password is stored sealed and never returned. */
        ServerSettings: {
            /** @description A password is stored. On writing, `password` of the request replaces it. */
            has_password: boolean;
            /** @description Host. */
            host: string;
            /**
             * Format: int32
             * @description Port.
             */
            port: number;
            /** @description Encryption. */
            tls: components["schemas"]["TlsMode"];
            /** @description User name; empty for none. */
            user: string;
        };
        /** @description A session of a user. */
        Session: {
            /** @description Address of the browser. */
            address: string;
            /** @description User-Agent of the browser. */
            agent: string;
            /** @description Signed in. */
            created: components["schemas"]["Timestamp"];
            /** @description It is the one that asks. */
            current: boolean;
            /** @description Ends then, if not used. */
            expires: components["schemas"]["Timestamp"];
            id: components["schemas"]["SessionId"];
            /** @description Last used, to the minute. */
            seen: components["schemas"]["Timestamp"];
        };
        /**
         * Format: uuid
         * @description A browser or API session of a user.
         */
        SessionId: string;
        /** @description Settings of a channel by kind. */
        SettingsInput: (components["schemas"]["MailboxInput"] & {
            /** @enum {string} */
            kind: "mailbox";
        }) | (components["schemas"]["WidgetInput"] & {
            /** @enum {string} */
            kind: "widget";
        }) | (components["schemas"]["PhoneChannelInput"] & {
            /** @enum {string} */
            kind: "phone";
        });
        /** @description What the first person says. */
        SetupBody: {
            /** @description Company name. */
            company: string;
            /** @description The owner's mail address. */
            email: string;
            /** @description `en`, `ru`, `pl`. */
            language: string;
            /** @description The owner's name. */
            name: string;
            /** @description The owner's password, 10 to 256 characters. */
            password: string;
            /** @description IANA time zone. */
            time_zone: string;
            /** @description The one-time token from the server's output. */
            token: string;
        };
        /** @description Whether okno has to be set up. */
        SetupState: {
            /** @description Nobody has set it up. */
            needed: boolean;
        };
        /** @description Name and password. */
        SignInBody: {
            /** @description Mail address. */
            email: string;
            /** @description Password. */
            password: string;
        };
        /** @description When customers come. */
        SimArrivals: {
            /** @enum {string} */
            kind: "poisson";
            /** @description Expected customers of each interval. */
            per_interval: number[];
        } | {
            /** @enum {string} */
            kind: "rate";
            /**
             * Format: double
             * @description Expected customers in an hour.
             */
            per_hour: number;
        } | {
            /** @enum {string} */
            kind: "counts";
            /** @description Customers of each interval. */
            per_interval: number[];
        } | {
            /** @enum {string} */
            kind: "times";
            /** @description Seconds after opening. */
            seconds: number[];
        } | {
            /** @enum {string} */
            kind: "file";
            /** @description Path, beside the scenario file. */
            path: string;
        } | {
            /** @enum {string} */
            kind: "nobody";
        };
        /** @description The rules for work of several media at once, for all agents. How many of each medium an agent takes is the capacity of his group. */
        SimBlending: {
            /**
             * @description Work that a call may interrupt: it keeps no calls away.
             * @default []
             */
            interruptible: components["schemas"]["Medium"][];
            /**
             * @description What may come beside work of a medium; a medium without an entry keeps nothing away.
             * @default []
             */
            may_receive: components["schemas"]["MayReceive"][];
            /**
             * @description Media whose wrap-up keeps work of all other media away too.
             * @default []
             */
            wrapup_blocks: components["schemas"]["Medium"][];
        };
        /**
         * @description Business hours, in local time. What is open is decided by the first of these that knows the instant: an exception, a dated holiday, a
         *     yearly holiday, the week.
         */
        SimCalendar: {
            /** @description Stretches of time that are not as their day is. */
            exceptions?: components["schemas"]["SimException"][];
            /** @description Days that are not as their weekday is. */
            holidays?: components["schemas"]["SimHoliday"][];
            /** @description Name, by which queues have it. */
            name: string;
            /** @description IANA time zone; by default that of the model. */
            time_zone?: string | null;
            /** @description The week. */
            week?: components["schemas"]["SimWeek"];
        };
        /** @description Interactions that an agent may have at once, by medium. */
        SimCapacity: {
            /**
             * Format: int32
             * @description Chats.
             * @default 1
             */
            chat: number;
            /**
             * Format: int32
             * @description E-mails.
             * @default 1
             */
            email: number;
            /**
             * Format: int32
             * @description Messenger threads.
             * @default 1
             */
            message: number;
            /**
             * Format: int32
             * @description Tasks.
             * @default 1
             */
            task: number;
            /**
             * Format: int32
             * @description Calls.
             * @default 1
             */
            voice: number;
        };
        /** @description A kind of customers of one queue. */
        SimClass: {
            /**
             * Format: int32
             * @description Their priority; by default the queue's.
             */
            priority?: number | null;
            /**
             * Format: double
             * @description Share of the queue's customers, 0 to 1.
             */
            share: number;
            /** @description Skills that they need besides those of the queue. */
            skills?: {
                [key: string]: number;
            };
        };
        /** @description A scenario against the base, customer by customer (common random numbers). */
        SimDifference: {
            /** @description Scenario minus base; an interval without 0 is a difference that is no chance. */
            difference: components["schemas"]["SimEstimate"];
            /** @description Which measure: `service_level`, `abandonment`, `asa`, `p90`, `occupancy`, `answered`. */
            measure: string;
        };
        /** @description A distribution of times in seconds. */
        SimDist: {
            /** @enum {string} */
            kind: "constant";
            /**
             * Format: double
             * @description Seconds.
             */
            seconds: number;
        } | {
            /**
             * Format: double
             * @description Shortest, seconds.
             */
            from: number;
            /** @enum {string} */
            kind: "uniform";
            /**
             * Format: double
             * @description Longest, seconds.
             */
            to: number;
        } | {
            /** @enum {string} */
            kind: "exponential";
            /**
             * Format: double
             * @description Mean, seconds.
             */
            mean: number;
        } | {
            /** @enum {string} */
            kind: "lognormal";
            /**
             * Format: double
             * @description Mean, seconds.
             */
            mean: number;
            /**
             * Format: double
             * @description Standard deviation, seconds.
             */
            sd: number;
        } | {
            /** @enum {string} */
            kind: "gamma";
            /**
             * Format: double
             * @description Mean, seconds.
             */
            mean: number;
            /**
             * Format: double
             * @description Shape.
             */
            shape: number;
        } | {
            /** @enum {string} */
            kind: "weibull";
            /**
             * Format: double
             * @description Mean, seconds.
             */
            mean: number;
            /**
             * Format: double
             * @description Shape.
             */
            shape: number;
        } | {
            /** @enum {string} */
            kind: "empirical";
            /** @description Seconds. */
            values: number[];
        } | {
            /** @description Share that is still there after them, descending. */
            alive: number[];
            /** @enum {string} */
            kind: "survival";
            /** @description Seconds, ascending. */
            seconds: number[];
        };
        /**
         * @description An estimate and its 95 % confidence interval over replications (Student; ratios by the delta method). Without a value there was
         *     nothing to count; without an interval there was one replication only.
         */
        SimEstimate: {
            /**
             * Format: double
             * @description Upper end.
             */
            high?: number | null;
            /**
             * Format: double
             * @description Lower end.
             */
            low?: number | null;
            /**
             * Format: double
             * @description The estimate.
             */
            value?: number | null;
        };
        /** @description A stretch of time that is not as its day is. */
        SimException: {
            /** @description From this instant, milliseconds since 1970. */
            from: components["schemas"]["Timestamp"];
            /** @description Why. */
            name?: string;
            /** @description Open or closed meanwhile. */
            open: boolean;
            /** @description To before this instant. */
            to: components["schemas"]["Timestamp"];
        };
        /** @description How many may wait, and what becomes of the next. */
        SimFull: {
            /**
             * Format: int32
             * @description So many.
             */
            max_waiting: number;
            /** @description What becomes of the next. */
            then: components["schemas"]["SimTreat"];
        };
        /** @description What has to be reached in every interval, by every queue. */
        SimGoal: {
            /**
             * Format: double
             * @description Largest share of offered customers who leave.
             */
            max_abandonment?: number | null;
            /**
             * Format: double
             * @description Largest mean wait of the answered, seconds.
             */
            max_asa?: number | null;
            /**
             * Format: double
             * @description Largest occupancy of the agents.
             */
            max_occupancy?: number | null;
            /**
             * Format: double
             * @description Share of customers answered in time; by default that of the model's service level.
             */
            share?: number | null;
        };
        /** @description Agents who are alike. */
        SimGroup: {
            /**
             * Format: double
             * @description Share of agents who do not come at all, drawn for each agent and replication.
             */
            absent?: number;
            /**
             * Format: int32
             * @description So many agents all the time.
             */
            agents?: number | null;
            answer?: components["schemas"]["SimDist"] | null;
            /**
             * Format: double
             * @description An agent who was paused for missed offers comes back after so many seconds.
             */
            back_after_seconds?: number;
            /** @description Interactions at once. */
            capacity?: components["schemas"]["SimCapacity"];
            /**
             * Format: double
             * @description Probability that an offer is not answered at all, 0 to 1.
             */
            misses?: number;
            /** @description Name. */
            name: string;
            /**
             * Format: double
             * @description Factor on all handle times: 0.9 is 10 % faster.
             */
            pace?: number;
            /** @description Factor on the handle times of one queue, by its name, besides `pace`. */
            pace_by_queue?: {
                [key: string]: number;
            };
            /**
             * Format: double
             * @description How much the agents differ in their pace: the coefficient of variation of a lognormal factor; 0 for alike.
             */
            pace_varies?: number;
            /**
             * @description So many agents in each interval; a profile shorter than the opening hours is repeated. Who leaves finishes what he has; idle
             *     agents leave first.
             */
            per_interval?: number[];
            /** @description Names of the queues that they serve. */
            queues: string[];
            /** @description Shifts with breaks, every day. */
            shifts?: components["schemas"]["SimShift"][];
            /** @description Skills with levels, 1 to 10. */
            skills?: {
                [key: string]: number;
            };
        };
        /** @description One group of agents. */
        SimGroupReport: {
            /** @description Mean number of agents there in each interval. */
            agents: number[];
            /**
             * Format: double
             * @description Mean agent hours there of one replication.
             */
            hours: number;
            /** @description Used capacity of the time there: an agent with one of two possible chats counts half. Above 1 when media are mixed. */
            load: components["schemas"]["SimEstimate"];
            /** @description Name; empty for all groups together. */
            name: string;
            /** @description Occupancy in each interval. */
            occupancies: (number | null)[];
            /** @description Time with anything in hand of the time there, by wall clock. */
            occupancy: components["schemas"]["SimEstimate"];
        };
        /** @description A day that is not as its weekday is. */
        SimHoliday: {
            /** @description Which: `2026-11-11` once, `11-11` every year. */
            day: string;
            /** @description Name. */
            name?: string;
            /** @description When it is open that day, such as `10:00-14:00`; empty for closed. */
            open?: string[];
        };
        /** @description One interval of one queue, or of all. Customers belong to the interval in which they came. */
        SimIntervalReport: {
            /**
             * Format: double
             * @description Mean number of abandoned.
             */
            abandoned: number;
            /**
             * Format: double
             * @description Mean number of answered.
             */
            answered: number;
            /**
             * Format: double
             * @description Mean wait of the answered, seconds.
             */
            asa?: number | null;
            /**
             * Format: double
             * @description Mean number of blocked.
             */
            blocked: number;
            /** @description Begin, `HH:MM`; with the number of the day before it if the run is longer than one: `2 08:00`. */
            from: string;
            /**
             * Format: double
             * @description Mean number of offered.
             */
            offered: number;
            /**
             * Format: double
             * @description Mean number of promised.
             */
            promised: number;
            /** @description Service level in the chosen variant. */
            service_level: components["schemas"]["SimEstimate"];
            /**
             * Format: double
             * @description Mean number of waiting customers.
             */
            waiting: number;
            /**
             * Format: double
             * @description Largest number of waiting customers in any replication.
             */
            waiting_most: number;
        };
        /** @description Everything about the customers of one queue, or of all. Counts are means of one replication, times are seconds. */
        SimMeasures: {
            /** @description Left before an answer. */
            abandoned: components["schemas"]["SimEstimate"];
            /** @description Abandoned of the offered. */
            abandonment: components["schemas"]["SimEstimate"];
            /** @description Answered. */
            answered: components["schemas"]["SimEstimate"];
            /** @description Average speed of answer: mean wait of the answered. */
            asa: components["schemas"]["SimEstimate"];
            /** @description The same over those who waited at all. */
            asa_queued: components["schemas"]["SimEstimate"];
            /** @description Found no line or no place. */
            blocked: components["schemas"]["SimEstimate"];
            /** @description Blocked of the offered. */
            blocking: components["schemas"]["SimEstimate"];
            /** @description Service level, abandons count as good. */
            f1: components["schemas"]["SimEstimate"];
            /** @description Service level, answered only. */
            f2: components["schemas"]["SimEstimate"];
            /** @description Service level, abandons count as bad. */
            f3: components["schemas"]["SimEstimate"];
            /** @description Service level, early abandons ignored. */
            f4: components["schemas"]["SimEstimate"];
            /** @description Service level, short abandons count as good. */
            f5: components["schemas"]["SimEstimate"];
            /** @description Service level, short abandons ignored. */
            f6: components["schemas"]["SimEstimate"];
            /** @description Mean handle time, wrap-up included. */
            handle: components["schemas"]["SimEstimate"];
            /** @description Share of the promised who were answered by then, within the run. */
            kept: components["schemas"]["SimEstimate"];
            /** @description Longest wait of a replication. */
            longest: components["schemas"]["SimEstimate"];
            /** @description Offers that nobody answered. */
            missed: components["schemas"]["SimEstimate"];
            /** @description Tried to get in, further tries and transfers included. */
            offered: components["schemas"]["SimEstimate"];
            /** @description Went on to another queue while waiting. */
            overflowed: components["schemas"]["SimEstimate"];
            /** @description Median wait of the answered. */
            p50: components["schemas"]["SimEstimate"];
            /** @description Wait that 90 % of the answered do not exceed. */
            p90: components["schemas"]["SimEstimate"];
            /** @description Wait that 90 % of answered and abandoned do not exceed. */
            p90_all: components["schemas"]["SimEstimate"];
            /** @description Wait that 95 % of the answered do not exceed. */
            p95: components["schemas"]["SimEstimate"];
            /** @description Were told by when they are answered, instead of waiting: the queue was closed, full or empty. */
            promised: components["schemas"]["SimEstimate"];
            /** @description Further tries among the offered. */
            redials: components["schemas"]["SimEstimate"];
            /** @description Transfers among the offered. */
            transferred: components["schemas"]["SimEstimate"];
            /** @description Mean wait of answered and abandoned. */
            wait: components["schemas"]["SimEstimate"];
            /** @description Share of the answered who waited at all. */
            waited: components["schemas"]["SimEstimate"];
            /** @description Mean number of waiting customers. */
            waiting: components["schemas"]["SimEstimate"];
            /** @description Largest number of waiting customers of a replication. */
            waiting_most: components["schemas"]["SimEstimate"];
        };
        /** @description A simulated center: who comes, who serves, for how long, and beside which scenarios. */
        SimModel: {
            blending?: components["schemas"]["SimBlending"] | null;
            /**
             * Format: double
             * @description Some days are busier than others: all arrivals of a day are multiplied by one gamma number of this shape with mean 1.
             */
            busyness_shape?: number | null;
            /** @description Business hours that queues have by name. */
            calendars?: components["schemas"]["SimCalendar"][];
            /** @description Whether the agents' time after closing counts for occupancy. */
            count_drain?: boolean;
            /** @description The day on which it opens, `YYYY-MM-DD`; needed where a queue has business hours. */
            date?: string | null;
            /** @description Whether those who wait at the end are still served; otherwise everything stops then. */
            drain?: boolean;
            /** @description Groups of agents. */
            groups: components["schemas"]["SimGroup"][];
            /**
             * Format: double
             * @description How long it is open, hours; by default as long as the longest `per_interval` of an arrival profile.
             */
            hours?: number | null;
            /**
             * Format: int32
             * @description Length of an interval, seconds.
             */
            interval_seconds?: number;
            /**
             * Format: int32
             * @description Most customers in the center at once, waiting or served; the next is blocked. Without it there is no limit.
             */
            lines?: number | null;
            /** @description A name for people. */
            name?: string;
            /** @description When it opens, `HH:MM`: the labels of intervals, and what shifts count from. */
            opens?: string;
            /** @description Queues. */
            queues: components["schemas"]["SimQueue"][];
            /**
             * Format: int32
             * @description How often the same is simulated with other randomness.
             */
            replications?: number;
            /** @description Scenarios to compare with this. */
            scenarios?: components["schemas"]["SimScenario"][];
            /**
             * Format: int64
             * @description Seed of all randomness.
             */
            seed?: number;
            /** @description What a good wait is. */
            service_level?: components["schemas"]["SimServiceTarget"];
            /** @description IANA time zone of `date` and `opens`. */
            time_zone?: string;
            /**
             * Format: double
             * @description Not counted at the beginning, seconds: the center does not start empty.
             */
            warmup_seconds?: number;
        };
        /** @description How long an offer rings, seconds. */
        SimOffers: {
            /**
             * Format: int32
             * @description Chats and messenger threads.
             */
            chat: number;
            /**
             * Format: int32
             * @description E-mails and tasks.
             */
            email: number;
            /**
             * Format: int32
             * @description Calls.
             */
            voice: number;
        };
        /** @description Overflow to another queue. */
        SimOverflow: {
            /**
             * Format: int32
             * @description After so many seconds of waiting.
             */
            after_seconds: number;
            /** @description Name of the other queue. */
            to: string;
        };
        /** @description When who waits goes on to another queue. */
        SimOverflowRule: {
            /** @description Name of the other queue. */
            to: string;
            /** @description When. */
            when: components["schemas"]["OverflowWhen"];
        };
        /** @description One queue and its customers. */
        SimQueue: {
            /**
             * Format: int32
             * @description One priority step is gained after so many seconds of waiting; 0 for none.
             */
            ageing_seconds?: number;
            /** @description Who comes when. */
            arrivals: components["schemas"]["SimArrivals"];
            /** @description Kinds of customers that need more than the queue's skills, or have another priority; the rest is ordinary. */
            classes?: components["schemas"]["SimClass"][];
            /**
             * Format: double
             * @description How much longer each further interaction that an agent has at the same time makes this one: `0.3` is 30 % more for each.
             */
            concurrency_penalty?: number;
            /** @description How long an agent talks with a customer. */
            handle: components["schemas"]["SimDist"];
            /** @description Factors on the handle time by the interval in which a customer comes. */
            handle_profile?: number[];
            /** @description Its customers wait in that other queue, by its rules: so one queue has customers of several media. */
            joins?: string | null;
            /** @description Medium of its interactions. */
            medium?: components["schemas"]["Medium"];
            /** @description Name. */
            name: string;
            /**
             * Format: int32
             * @description An offer rings so many seconds.
             */
            offer_seconds?: number;
            /** @description In which order waiting customers are served: the orders of the engine. */
            order?: components["schemas"]["Ordering"];
            overflow?: components["schemas"]["SimOverflow"] | null;
            patience?: components["schemas"]["SimDist"] | null;
            /** @description Factors on patience by the interval in which a customer comes. */
            patience_profile?: number[];
            /**
             * Format: int32
             * @description Most customers that may wait; the next is blocked. Without it there is no limit.
             */
            places?: number | null;
            /**
             * Format: int32
             * @description Priority, 0 to 9.
             */
            priority?: number;
            redial?: components["schemas"]["SimRedial"] | null;
            rules?: components["schemas"]["SimRules"] | null;
            /** @description Skills that all its customers need, with the least level. */
            skills?: {
                [key: string]: number;
            };
            /** @description How an agent is chosen: the strategies of the engine. */
            strategy?: components["schemas"]["Strategy"];
            /** @description What agents send on after the talk. */
            transfers?: components["schemas"]["SimTransfer"][];
            wrapup?: components["schemas"]["SimWrapup"] | null;
        };
        /** @description One queue. */
        SimQueueReport: {
            /** @description Its intervals. */
            intervals: components["schemas"]["SimIntervalReport"][];
            /** @description Name; empty for all queues together. */
            name: string;
            /** @description The whole run. */
            whole: components["schemas"]["SimMeasures"];
        };
        /** @description Who left or was blocked comes again. */
        SimRedial: {
            /** @description After which time. */
            delay: components["schemas"]["SimDist"];
            /**
             * Format: double
             * @description Probability after each try, 0 to 1.
             */
            probability: number;
            /**
             * Format: int32
             * @description Most tries of one customer, the first included.
             */
            tries?: number;
        };
        /** @description The result of a run. The same spec and seed give the same report. */
        SimReport: {
            /**
             * Format: double
             * @description Length of the simulated time, hours.
             */
            hours: number;
            /**
             * Format: int32
             * @description Length of an interval, seconds.
             */
            interval_seconds: number;
            /** @description Name of the model. */
            name: string;
            /**
             * Format: int32
             * @description Replications of each scenario.
             */
            replications: number;
            /** @description The base first, then the scenarios. */
            scenarios: components["schemas"]["SimScenarioReport"][];
            /**
             * Format: int64
             * @description Seed.
             */
            seed: number;
            /** @description What a good wait is, and how it is counted. */
            service_level: components["schemas"]["SimServiceTarget"];
        };
        /** @description A run to start. */
        SimRequest: {
            goal?: components["schemas"]["SimGoal"] | null;
            /** @description Names of the groups whose agents are looked for; all if empty. */
            groups?: string[];
            /** @description The model with its scenarios. */
            spec: components["schemas"]["SimModel"];
        };
        /** @description One ring of `bullseye`: what is relaxed after some time, together with the rings before it. */
        SimRing: {
            /** @description Agents of these queues join. */
            add_queues?: string[];
            /**
             * Format: int32
             * @description After so many seconds of waiting.
             */
            after_seconds: number;
            /** @description These skills are not required any more. */
            drop_skills?: string[];
            /**
             * Format: int32
             * @description Required levels are lower by so much, but never below 1.
             */
            lower_levels?: number;
        };
        /** @description All the rules of a queue that have no field of their own. What is left out is as in a new queue, but that nobody is promised anything. */
        SimRules: {
            /**
             * Format: int32
             * @description What customers are promised: an answer within so much open time. The order `due_first` serves by it.
             * @default 14400
             */
            answer_within_seconds: number;
            /**
             * Format: int32
             * @description An agent whose phone was busy is not offered the same customer for so many seconds.
             * @default 30
             */
            busy_delay_seconds: number;
            /**
             * @description What becomes of who comes while it is closed.
             * @default {
             *       "kind": "wait"
             *     }
             */
            closed: components["schemas"]["SimTreat"];
            /**
             * @description What becomes at closing time of those who still wait.
             * @default {
             *       "kind": "serve"
             *     }
             */
            closing: components["schemas"]["SimSweep"];
            /**
             * Format: int32
             * @description An agent who declined it is not offered the same customer for so many seconds.
             * @default 30
             */
            decline_delay_seconds: number;
            /**
             * Format: int32
             * @description A customer joins the competition only after so many seconds.
             * @default 0
             */
            delay_seconds: number;
            /** @default null */
            empty: components["schemas"]["SimTreat"] | null;
            /** @default null */
            full: components["schemas"]["SimFull"] | null;
            /**
             * @description Name of the calendar of its business hours; without it always open.
             * @default null
             */
            hours: string | null;
            /**
             * Format: int32
             * @description An agent who missed it is not offered the same customer for so many seconds.
             * @default 30
             */
            no_answer_delay_seconds: number;
            /** @default null */
            offers: components["schemas"]["SimOffers"] | null;
            /**
             * @description When who waits goes on to another queue, besides `overflow`; of several rules that hold the first counts.
             * @default []
             */
            overflows: components["schemas"]["SimOverflowRule"][];
            /**
             * Format: int32
             * @description `preferred_then_pool`: the preferred agent is waited for so many seconds.
             * @default 30
             */
            preferred_seconds: number;
            /**
             * Format: int32
             * @description So many agents who could take a call of this queue are kept from written work.
             * @default 0
             */
            reserve: number;
            /**
             * Format: int32
             * @description `ring_progressively`: one more agent every so many seconds.
             * @default 10
             */
            ring_seconds: number;
            /**
             * @description Rings of `bullseye`.
             * @default []
             */
            rings: components["schemas"]["SimRing"][];
            /**
             * @description Rings count the whole wait, also that before a transfer.
             * @default false
             */
            rings_survive_transfer: boolean;
            /**
             * @description Points of the order `score`.
             * @default {
             *       "base": 50,
             *       "per_minute_by_priority": [
             *         1,
             *         2,
             *         3,
             *         4,
             *         5,
             *         6,
             *         7,
             *         8,
             *         9,
             *         10
             *       ]
             *     }
             */
            score: components["schemas"]["Score"];
            /**
             * @description What required skills mean.
             * @default all
             */
            skills_mode: components["schemas"]["SkillsMode"];
            /**
             * @description Tiers of agents, in the order of `linear` and `round_robin`; who is not named is in tier 0, behind them.
             * @default []
             */
            tiers: components["schemas"]["SimTier"][];
            /**
             * Format: int32
             * @description What waiting costs under the order `gc_mu`.
             * @default 1
             */
            weight: number;
            /**
             * @description Over which time the strategies of fairness count.
             * @default shift
             */
            window: components["schemas"]["Window"];
            /** @default null */
            wrapup: components["schemas"]["WrapupMode"] | null;
            /**
             * Format: int32
             * @description By how much each time, seconds.
             * @default 60
             */
            wrapup_extension_seconds: number;
            /**
             * Format: int32
             * @description How often a wrap-up may be lengthened. Nobody does it in a model.
             * @default 3
             */
            wrapup_extensions: number;
        };
        /** @description A run. */
        SimRun: {
            /**
             * Format: int64
             * @description Replications done.
             */
            done: number;
            /** @description What is wrong with the model. */
            error?: string | null;
            /** @description Id. */
            id: components["schemas"]["SimulationId"];
            report?: components["schemas"]["SimReport"] | null;
            staffing?: components["schemas"]["SimStaffing"] | null;
            /** @description State. */
            state: components["schemas"]["SimState"];
            /**
             * Format: int64
             * @description Replications planned so far.
             */
            total: number;
        };
        /** @description A scenario: changes to the model. */
        SimScenario: {
            /** @description Changes in short form: `+2 agents`, `skill de`, `strategy least_occupied`, `+10% volume`, `aht 240`. */
            changes: string[];
            /** @description Name; by default its changes. */
            name?: string;
        };
        /** @description One scenario. */
        SimScenarioReport: {
            /** @description All agents together. */
            agents: components["schemas"]["SimGroupReport"];
            /** @description All queues together. */
            all: components["schemas"]["SimQueueReport"];
            /** @description What it changes; nothing for the base. */
            changes: string[];
            /** @description Against the base; empty for the base. */
            differences: components["schemas"]["SimDifference"][];
            /** @description Each group. */
            groups: components["schemas"]["SimGroupReport"][];
            /** @description Name; of the base the name of the model. */
            name: string;
            /** @description Each queue. */
            queues: components["schemas"]["SimQueueReport"][];
        };
        /** @description A goal for the wait. */
        SimServiceTarget: {
            /**
             * Format: double
             * @description Answered within so many seconds.
             */
            seconds: number;
            /**
             * Format: double
             * @description Share to reach, 0 to 1.
             */
            share?: number;
            /**
             * Format: double
             * @description Who leaves within so many seconds is a short abandon.
             */
            short_seconds?: number;
            /** @description How the share is counted. */
            variant?: components["schemas"]["SimVariant"];
        };
        /** @description A shift. */
        SimShift: {
            /**
             * Format: int32
             * @description So many agents.
             */
            agents: number;
            /** @description Breaks. */
            breaks?: components["schemas"]["SimSpan"][];
            /** @description Begin, `HH:MM`. */
            from: string;
            /** @description End, `HH:MM`; not later than the begin means the next day. */
            to: string;
        };
        /** @description A span of a day. */
        SimSpan: {
            /** @description Begin, `HH:MM`. */
            from: string;
            /** @description End, `HH:MM`. */
            to: string;
        };
        /** @description The result of a search. */
        SimStaffing: {
            /** @description The goal. */
            goal: components["schemas"]["SimGoal"];
            /** @description Names of the groups that were searched. */
            groups: string[];
            /**
             * Format: double
             * @description Agent hours in all.
             */
            hours: number;
            /** @description Every interval reaches the goal. */
            met: boolean;
            /** @description Intervals. */
            rows: components["schemas"]["SimStaffingRow"][];
            /** @description Service level of the whole run. */
            service_level: components["schemas"]["SimEstimate"];
            /**
             * Format: int32
             * @description Simulated staffings.
             */
            tries: number;
            /** @description How the service level is counted. */
            variant: components["schemas"]["SimVariant"];
        };
        /** @description One interval of a staffing. */
        SimStaffingRow: {
            /**
             * Format: double
             * @description Abandonment of the worst queue.
             */
            abandonment?: number | null;
            /** @description Agents of each group that was searched. */
            agents: number[];
            /**
             * Format: double
             * @description Mean wait of the worst queue, seconds.
             */
            asa?: number | null;
            /** @description What Erlang A (or C) says for each group alone: one queue, one skill, exponential times, no carry-over. */
            formula: number[];
            /** @description Begin. */
            from: string;
            /** @description The goal is reached. */
            met: boolean;
            /**
             * Format: double
             * @description Occupancy of all agents.
             */
            occupancy?: number | null;
            /**
             * Format: double
             * @description Expected customers.
             */
            offered: number;
            /**
             * Format: double
             * @description Service level of the worst queue.
             */
            service_level?: number | null;
        };
        /**
         * @description How a run stands.
         * @enum {string}
         */
        SimState: "running" | "done" | "stopped" | "failed";
        /** @description What becomes at closing time of those who still wait. */
        SimSweep: {
            /** @enum {string} */
            kind: "serve";
        } | {
            /** @enum {string} */
            kind: "promise";
        } | {
            /** @enum {string} */
            kind: "overflow";
            /** @description Its name. */
            to: string;
        };
        /** @description The tier of a group of agents, or of one agent of it. */
        SimTier: {
            /**
             * Format: int32
             * @description Number of the agent in it, from 1; without it all of them.
             */
            agent?: number | null;
            /** @description Name of the group. */
            group: string;
            /**
             * Format: int32
             * @description 0 goes first, 9 last.
             */
            tier: number;
        };
        /** @description What agents send on after the talk. */
        SimTransfer: {
            /**
             * Format: double
             * @description Probability, 0 to 1.
             */
            probability: number;
            /** @description Name of the other queue. */
            to: string;
        };
        /** @description What becomes of a customer whom the queue cannot serve soon. */
        SimTreat: {
            /** @enum {string} */
            kind: "wait";
        } | {
            /** @enum {string} */
            kind: "overflow";
            /** @description Its name. */
            to: string;
        } | {
            /** @enum {string} */
            kind: "promise";
        };
        /**
         * @description How a service level is counted. `ans` answered, `ab` abandoned, `_T` within the target, `_short` within the short limit.
         * @enum {string}
         */
        SimVariant: "F1" | "F2" | "F3" | "F4" | "F5" | "F6";
        /** @description When it is open on each weekday: texts such as `08:00-18:00`; an end that is not later than the begin is of the next day. Empty is closed. */
        SimWeek: {
            /**
             * @description Friday.
             * @default []
             */
            fri: string[];
            /**
             * @description Monday.
             * @default []
             */
            mon: string[];
            /**
             * @description Saturday.
             * @default []
             */
            sat: string[];
            /**
             * @description Sunday.
             * @default []
             */
            sun: string[];
            /**
             * @description Thursday.
             * @default []
             */
            thu: string[];
            /**
             * @description Tuesday.
             * @default []
             */
            tue: string[];
            /**
             * @description Wednesday.
             * @default []
             */
            wed: string[];
        };
        /** @description Wrap-up after a talk. */
        SimWrapup: {
            /** @enum {string} */
            kind: "needed";
            /** @description How long. */
            time: components["schemas"]["SimDist"];
        } | {
            /** @enum {string} */
            kind: "timed";
            /**
             * Format: int32
             * @description At most so many seconds.
             */
            seconds: number;
            /** @description How long. */
            time: components["schemas"]["SimDist"];
        } | {
            /** @enum {string} */
            kind: "fixed";
            /**
             * Format: int32
             * @description Seconds.
             */
            seconds: number;
        };
        /**
         * Format: uuid
         * @description A run of the simulator.
         */
        SimulationId: string;
        /**
         * @description How a trunk or a phone is reached.
         * @enum {string}
         */
        SipTransport: "udp" | "tcp" | "tls";
        /** @description A skill. */
        SkillDoc: {
            /** @description Id. */
            id: components["schemas"]["SkillId"];
            /** @description Shown name. */
            name: string;
        };
        /**
         * Format: uuid
         * @description A skill.
         */
        SkillId: string;
        /** @description A skill. */
        SkillInput: {
            /** @description Shown name; required on creation. */
            name?: string | null;
        };
        /** @description A skill with a level. */
        SkillLevel: {
            /**
             * Format: int32
             * @description 1 lowest, 10 highest.
             */
            level: number;
            /** @description Which skill. */
            skill: components["schemas"]["SkillId"];
        };
        /**
         * @description What required skills mean.
         * @enum {string}
         */
        SkillsMode: "all" | "best" | "disregard";
        /** @description What a policy can do by itself. */
        SlaAct: {
            /** @enum {string} */
            kind: "notify_owner";
        } | {
            /** @enum {string} */
            kind: "notify_supervisor";
        } | {
            /**
             * Format: int32
             * @description By so much, 1 to 9.
             */
            by: number;
            /** @enum {string} */
            kind: "raise_priority";
        } | {
            /** @enum {string} */
            kind: "reassign";
            /** @description Which. */
            queue: components["schemas"]["QueueId"];
        };
        /** @description What happens at a warn point or a breach, exactly once. */
        SlaAction: {
            /** @description What. */
            act: components["schemas"]["SlaAct"];
            /**
             * Format: int32
             * @description When: at this percentage of the time. 100 is the breach.
             */
            at: number;
            /** @description For which clocks; none means all. */
            kinds?: components["schemas"]["ClockKind"][];
        };
        /**
         * @description What a policy looks after: an interaction, or a case of some kind.
         * @enum {string}
         */
        SlaKind: "interaction" | "question" | "request" | "complaint" | "suggestion" | "order";
        /** @description A warn point or the end of a clock was reached. */
        SlaNoticeDoc: {
            case?: components["schemas"]["CaseId"] | null;
            /** @description Which clock. */
            clock: components["schemas"]["ClockKind"];
            /** @description When it is or was due. */
            due: components["schemas"]["Timestamp"];
            interaction?: components["schemas"]["InteractionId"] | null;
            /** @description The policy tells whoever has it. */
            notify_owner: boolean;
            /** @description The policy tells those who run the floor. */
            notify_supervisor: boolean;
            /**
             * Format: int32
             * @description Which one of its kind.
             */
            number: number;
            owner?: components["schemas"]["UserId"] | null;
            /**
             * Format: int32
             * @description Percent of its time that are over; 100 is the breach.
             */
            percent: number;
            /** @description Its policy. */
            policy: components["schemas"]["PolicyId"];
            queue?: components["schemas"]["QueueId"] | null;
            /** @description What it is about, in a few words. */
            title: string;
        };
        /** @description For what a policy is. A field without values asks nothing; within a field one value is enough; all fields that ask must agree. */
        SlaSelector: {
            /** @description Kinds. */
            kinds?: components["schemas"]["SlaKind"][];
            /** @description Languages of the customer; `pl` means `pl-PL` too. */
            languages?: string[];
            /** @description Priorities, 0 to 9. */
            priorities?: number[];
            /** @description Queues. */
            queues?: components["schemas"]["QueueId"][];
            /** @description Tags of the matter or of the customer's organization. */
            tags?: string[];
        };
        /** @description By when. */
        SlaTarget: {
            /** @description What is measured. */
            kind: components["schemas"]["ClockKind"];
            /**
             * Format: int32
             * @description Open minutes that it may take, at least 1; of any length.
             */
            minutes: number;
            /** @description Warn points: percent of the time, 1 to 99, in order. */
            warn?: number[];
        };
        /** @description One interaction that occupies an agent. */
        Slot: {
            /** @description What he does with it. */
            activity: components["schemas"]["Activity"];
            /** @description Which interaction. */
            interaction: components["schemas"]["InteractionId"];
            /** @description Its medium. */
            medium: components["schemas"]["Medium"];
        };
        /** @description A split. */
        Split: {
            /** @description The conversations of the new case. */
            interactions: components["schemas"]["InteractionId"][];
            /** @description Its title. */
            title: string;
        };
        /**
         * @description Whether the voice of a SIP side is encrypted.
         * @enum {string}
         */
        SrtpPolicy: "no" | "optional" | "required";
        /** @description Units in one state. */
        StateCount: {
            /**
             * Format: int64
             * @description How many.
             */
            count: number;
            /** @description State. */
            state: components["schemas"]["UnitState"];
        };
        /**
         * @description How an agent is chosen for an interaction of the queue. In every strategy lower tiers go first, those with less
         *     parallel work go before those with more (but in `linear` and `round_robin`), and the lowest id decides what is equal.
         * @enum {string}
         */
        Strategy: "longest_idle" | "least_recent" | "fewest_contacts" | "least_talk_time" | "least_occupied" | "round_robin" | "linear" | "ring_all" | "ring_progressively" | "random" | "weighted_random" | "skill_rank" | "best_available_skills" | "bullseye" | "preferred_then_pool" | "pull";
        /** @description What becomes at closing time of those who still wait. */
        Sweep: {
            /** @enum {string} */
            kind: "serve";
        } | {
            /** @enum {string} */
            kind: "promise";
        } | {
            /** @enum {string} */
            kind: "overflow";
            to: components["schemas"]["QueueId"];
        };
        /** @description A team. */
        TeamDoc: {
            department?: components["schemas"]["DepartmentDoc"] | null;
            /** @description Id. */
            id: components["schemas"]["TeamId"];
            /** @description Shown name. */
            name: string;
        };
        /**
         * Format: uuid
         * @description A team of users.
         */
        TeamId: string;
        /** @description A team. */
        TeamInput: {
            department?: components["schemas"]["DepartmentDoc"] | null;
            /** @description Shown name; required on creation. */
            name?: string | null;
        };
        /** @description What a test saw. */
        TestReport: {
            checks: components["schemas"]["Check"][];
        };
        /** @description The tier of one agent in a queue. The order of the list is the order of `linear` and `round_robin`. */
        Tier: {
            /** @description Who. */
            agent: components["schemas"]["AgentId"];
            /**
             * Format: int32
             * @description 0 goes first, 9 last.
             */
            tier: number;
        };
        /** @description One interaction in a customer's history, with its beginning. */
        TimelineItem: {
            /** @description Name of its agent. */
            agent_name?: string | null;
            /** @description Its calls with their figures, oldest first; none without the right to read the interaction. */
            calls?: components["schemas"]["CallDoc"][];
            /** @description Name of its channel. */
            channel_name: string;
            /** @description The interaction. */
            interaction: components["schemas"]["InteractionDoc"];
            /** @description Name of its queue. */
            queue_name: string;
            /** @description Its recordings, oldest first; none without the right to listen to them. */
            recordings?: components["schemas"]["RecordingDoc"][];
        };
        /**
         * Format: int64
         * @description An instant: milliseconds since 1970-01-01T00:00:00Z.
         */
        Timestamp: number;
        /**
         * @description Encryption of a mail connection.
         * @enum {string}
         */
        TlsMode: "tls" | "starttls" | "none";
        /** @description What cases are about: a tree. */
        TopicDoc: {
            /** @description Hidden from choice. */
            archived: boolean;
            /** @description Id. */
            id: components["schemas"]["TopicId"];
            /** @description Shown name. */
            name: string;
            parent?: components["schemas"]["TopicId"] | null;
        };
        /**
         * Format: uuid
         * @description What cases are about.
         */
        TopicId: string;
        /** @description A topic. */
        TopicInput: {
            /** @description Hidden from choice. */
            archived?: boolean | null;
            /** @description Shown name; required on creation. */
            name?: string | null;
            parent?: components["schemas"]["TopicId"] | null;
        };
        /** @description Where to move it: exactly one of `queue` and `agent`. */
        TransferInput: {
            agent?: components["schemas"]["AgentId"] | null;
            /** @description A note for whoever gets it. */
            note?: string | null;
            queue?: components["schemas"]["QueueId"] | null;
        };
        /** @description What becomes of an interaction that the queue cannot serve soon. */
        Treatment: {
            /** @enum {string} */
            kind: "wait";
        } | {
            /** @enum {string} */
            kind: "overflow";
            to: components["schemas"]["QueueId"];
        } | {
            /** @enum {string} */
            kind: "promise";
        };
        /** @description A provider's connection to the telephone network. Its password is stored sealed and never returned. */
        TrunkDoc: {
            /** @description Number shown to whom we call when the channel has none, E.164. */
            caller_id: string;
            /**
             * Format: int32
             * @description New calls per second, each way.
             */
            calls_per_second: number;
            /** @description Codecs in order of preference: `PCMA`, `PCMU`, `G722`, `opus`. */
            codecs: string[];
            /** @description Takes and makes calls. */
            enabled: boolean;
            /** @description A password is stored. */
            has_password: boolean;
            /** @description What okno sees of it now. */
            health: components["schemas"]["ChannelHealth"];
            /** @description Host of the provider, a name or an address. */
            host: string;
            /** @description Id. */
            id: components["schemas"]["TrunkId"];
            /**
             * Format: int32
             * @description Calls at once, both ways.
             */
            max_calls: number;
            /** @description Shown name. */
            name: string;
            /**
             * Format: int64
             * @description Order of trial for outgoing calls, lowest first.
             */
            order: number;
            /**
             * Format: int32
             * @description Port; 0 for the transport's own (5060, 5061 with TLS).
             */
            port: number;
            /** @description Realm of the challenges that we answer; empty for the host. */
            realm: string;
            /** @description We register there; otherwise the provider knows us by our address. */
            register: boolean;
            /** @description Addresses or networks (CIDR) from which its calls come; empty for those of the host. */
            sources: string[];
            /** @description Encryption of the voice. */
            srtp: components["schemas"]["SrtpPolicy"];
            /** @description Transport. */
            transport: components["schemas"]["SipTransport"];
            /** @description Caller's number in P-Asserted-Identity is believed. */
            trusted: boolean;
            /** @description User of registration and challenges; empty for none. */
            user: string;
        };
        /**
         * Format: uuid
         * @description A provider's connection to the telephone network.
         */
        TrunkId: string;
        /** @description A trunk. */
        TrunkInput: {
            /** @description Number shown to whom we call. */
            caller_id?: string | null;
            /**
             * Format: int32
             * @description New calls per second, each way.
             */
            calls_per_second?: number | null;
            /** @description Codecs in order of preference. */
            codecs?: string[] | null;
            /** @description Takes and makes calls. */
            enabled?: boolean | null;
            /** @description Host; required on creation. */
            host?: string | null;
            /**
             * Format: int32
             * @description Calls at once.
             */
            max_calls?: number | null;
            /** @description Shown name; required on creation. */
            name?: string | null;
            /**
             * Format: int64
             * @description Order of trial, lowest first.
             */
            order?: number | null;
            /** @description Password; `null` removes it. Never returned. */
            password?: string | null;
            /**
             * Format: int32
             * @description Port; 0 for the transport's own.
             */
            port?: number | null;
            /** @description Realm of the challenges that we answer; empty for the host. */
            realm?: string | null;
            /** @description We register there. */
            register?: boolean | null;
            /** @description Addresses or networks from which its calls come. */
            sources?: string[] | null;
            srtp?: components["schemas"]["SrtpPolicy"] | null;
            transport?: components["schemas"]["SipTransport"] | null;
            /** @description Caller's number in P-Asserted-Identity is believed. */
            trusted?: boolean | null;
            /** @description User of registration and challenges. */
            user?: string | null;
        };
        /**
         * Format: uuid
         * @description A ledger entry: one inbound unit.
         */
        UnitId: string;
        /**
         * @description What kind of inbound unit.
         * @enum {string}
         */
        UnitKind: "chat_opening" | "mail" | "form" | "call" | "voicemail";
        /**
         * @description Where a unit stands. Everything but the first three is an end.
         * @enum {string}
         */
        UnitState: "received" | "quarantined" | "open" | "answered" | "joined" | "recovered" | "withdrawn" | "refused" | "black_hole";
        /** @description A person who signs in. */
        UserDoc: {
            /** @description Parallel interactions. */
            capacity: components["schemas"]["Capacity"];
            /** @description Created. */
            created: components["schemas"]["Timestamp"];
            /** @description May not sign in. */
            disabled: boolean;
            /** @description Mail address, the sign-in name. */
            email: string;
            /** @description Id. */
            id: components["schemas"]["UserId"];
            /** @description Interface language. */
            language: string;
            /** @description Shown name. */
            name: string;
            /** @description Queues served. */
            queues: components["schemas"]["QueueId"][];
            /** @description Roles. */
            roles: components["schemas"]["RoleId"][];
            /** @description Skills. */
            skills: components["schemas"]["SkillLevel"][];
            team?: components["schemas"]["TeamId"] | null;
        };
        /**
         * Format: uuid
         * @description A person who signs in.
         */
        UserId: string;
        /** @description A user. */
        UserInput: {
            capacity?: components["schemas"]["Capacity"] | null;
            /** @description May not sign in. */
            disabled?: boolean | null;
            /** @description Mail address; required on creation. */
            email?: string | null;
            /** @description Interface language. */
            language?: string | null;
            /** @description Shown name; required on creation. */
            name?: string | null;
            /** @description A new password; ends all sessions of the user. */
            password?: string | null;
            /** @description Queues served. */
            queues?: components["schemas"]["QueueId"][] | null;
            /** @description Roles. */
            roles?: components["schemas"]["RoleId"][] | null;
            /** @description Skills. */
            skills?: components["schemas"]["SkillLevel"][] | null;
            team?: components["schemas"]["TeamId"] | null;
        };
        /** @description What the check of the chain found. */
        Verdict: {
            /**
             * Format: int64
             * @description The first entry that does not hold.
             */
            broken?: number | null;
            /**
             * Format: int64
             * @description Entries that hold, from the first.
             */
            good: number;
            /** @description The whole chain holds. */
            intact: boolean;
            /** @description Why it does not hold. */
            reason?: string | null;
        };
        /** @description How long somebody presumably waits from now on. */
        WaitDoc: {
            /**
             * Format: int32
             * @description Half of the waits are not longer, seconds. With `p80_seconds` the band that customers are told.
             */
            p50_seconds: number;
            /**
             * Format: int32
             * @description Four in five are not longer.
             */
            p80_seconds: number;
            /**
             * Format: int32
             * @description Nine in ten are not longer.
             */
            p90_seconds: number;
            /**
             * Format: int32
             * @description Answered interactions that it rests on.
             */
            sample: number;
        };
        /** @description A point before the end at which somebody is told. */
        WarnPoint: {
            /** @description When that much of it is over. */
            at: components["schemas"]["Timestamp"];
            /**
             * Format: int32
             * @description Percent of the time.
             */
            percent: number;
        };
        /** @description A part without sound, and why. */
        WaveformGap: {
            /**
             * Format: int64
             * @description Where it begins, milliseconds.
             */
            from_ms: number;
            /** @description `paused`, `dropped`, `keys` (keys that were pressed are cut out), `damaged`. */
            reason: string;
            /**
             * Format: int64
             * @description Where it ends.
             */
            to_ms: number;
        };
        /** @description The loudness of a recording. */
        WaveformView: {
            /** @description What is wrong with it, in words; empty for a whole recording. */
            damages: string[];
            /** @description Parts without sound. */
            gaps: components["schemas"]["WaveformGap"][];
            /** @description The loudest moment of each part, 0 to 255: the customer. */
            left: number[];
            /**
             * Format: int64
             * @description Length, milliseconds.
             */
            ms: number;
            /** @description The same of what he heard. */
            right: number[];
        };
        /** @description What happened. The closed list of okno's events. */
        What: {
            /** @description An interaction came into being. */
            data: components["schemas"]["InteractionDoc"];
            /** @enum {string} */
            type: "interaction.created";
        } | {
            /** @description It waits in a queue. */
            data: components["schemas"]["InteractionDoc"];
            /** @enum {string} */
            type: "interaction.queued";
        } | {
            /** @description It rings at an agent. */
            data: components["schemas"]["InteractionDoc"];
            /** @enum {string} */
            type: "interaction.offered";
        } | {
            /** @description An offer ended without acceptance; the interaction is queued again or gone. */
            data: components["schemas"]["InteractionDoc"];
            /** @enum {string} */
            type: "interaction.offer_ended";
        } | {
            /** @description An agent accepted it. */
            data: components["schemas"]["InteractionDoc"];
            /** @enum {string} */
            type: "interaction.assigned";
        } | {
            /** @description It went to another queue or agent. */
            data: components["schemas"]["InteractionDoc"];
            /** @enum {string} */
            type: "interaction.transferred";
        } | {
            /** @description Wrap-up began. */
            data: components["schemas"]["InteractionDoc"];
            /** @enum {string} */
            type: "interaction.wrapup_started";
        } | {
            /** @description It ended. */
            data: components["schemas"]["InteractionDoc"];
            /** @enum {string} */
            type: "interaction.closed";
        } | {
            /** @description Something else about it changed: preview, read marks, customer, online. */
            data: components["schemas"]["InteractionDoc"];
            /** @enum {string} */
            type: "interaction.changed";
        } | {
            /** @description The engine decided something about it. */
            data: {
                /** @description The decision. */
                decision: components["schemas"]["DecisionDoc"];
                /** @description Which. */
                interaction: components["schemas"]["InteractionId"];
            };
            /** @enum {string} */
            type: "interaction.decided";
        } | {
            /** @description A message was accepted. */
            data: components["schemas"]["MessageDoc"];
            /** @enum {string} */
            type: "message.created";
        } | {
            /** @description Its delivery state changed. */
            data: components["schemas"]["MessageDoc"];
            /** @enum {string} */
            type: "message.changed";
        } | {
            /** @description An agent's presence, slots or profile changed. */
            data: components["schemas"]["AgentDoc"];
            /** @enum {string} */
            type: "agent.changed";
        } | {
            /** @description A customer was created or changed. */
            data: components["schemas"]["CustomerDoc"];
            /** @enum {string} */
            type: "customer.changed";
        } | {
            /** @description A match was found or decided. */
            data: components["schemas"]["MatchDoc"];
            /** @enum {string} */
            type: "match.changed";
        } | {
            /** @description A case was made. */
            data: components["schemas"]["CaseDoc"];
            /** @enum {string} */
            type: "case.created";
        } | {
            /** @description A case changed, or somebody wrote about it. */
            data: components["schemas"]["CaseDoc"];
            /** @enum {string} */
            type: "case.changed";
        } | {
            /** @description Two customers were said to be one. */
            data: components["schemas"]["MergeDoc"];
            /** @enum {string} */
            type: "customer.merged";
        } | {
            /** @description That was taken back. */
            data: components["schemas"]["MergeDoc"];
            /** @enum {string} */
            type: "customer.unmerged";
        } | {
            /** @description A department was asked about a case, or what became of it. */
            data: components["schemas"]["ForwardDoc"];
            /** @enum {string} */
            type: "forward.changed";
        } | {
            /** @description Something stands in somebody's inbox, or was seen there. */
            data: components["schemas"]["NoticeDoc"];
            /** @enum {string} */
            type: "notice.changed";
        } | {
            /** @description A topic was created or changed. */
            data: components["schemas"]["TopicDoc"];
            /** @enum {string} */
            type: "topic.changed";
        } | {
            /** @description An organization was created or changed. */
            data: components["schemas"]["OrganizationDoc"];
            /** @enum {string} */
            type: "organization.changed";
        } | {
            /** @description An attribute was created or changed. */
            data: components["schemas"]["AttributeDoc"];
            /** @enum {string} */
            type: "attribute.changed";
        } | {
            /** @description A note about a customer was written or changed. */
            data: components["schemas"]["NoteDoc"];
            /** @enum {string} */
            type: "note.changed";
        } | {
            /** @description An order was told. */
            data: components["schemas"]["OrderDoc"];
            /** @enum {string} */
            type: "order.changed";
        } | {
            /** @description A ledger entry was made or changed. */
            data: components["schemas"]["LedgerDoc"];
            /** @enum {string} */
            type: "ledger.changed";
        } | {
            /** @description A queue was created or changed. */
            data: components["schemas"]["QueueDoc"];
            /** @enum {string} */
            type: "queue.changed";
        } | {
            /** @description Business hours were created or changed. */
            data: components["schemas"]["HoursDoc"];
            /** @enum {string} */
            type: "hours.changed";
        } | {
            /** @description The rules for work of several media at once. */
            data: components["schemas"]["BlendingDoc"];
            /** @enum {string} */
            type: "BlendingChanged";
        } | {
            /** @description A skill was created or changed. */
            data: components["schemas"]["SkillDoc"];
            /** @enum {string} */
            type: "skill.changed";
        } | {
            /** @description A channel was created or changed, or its health did. */
            data: components["schemas"]["ChannelDoc"];
            /** @enum {string} */
            type: "channel.changed";
        } | {
            /** @description A user was created or changed. */
            data: components["schemas"]["UserDoc"];
            /** @enum {string} */
            type: "user.changed";
        } | {
            /** @description A role was created or changed. */
            data: components["schemas"]["RoleDoc"];
            /** @enum {string} */
            type: "role.changed";
        } | {
            /** @description A team was created or changed. */
            data: components["schemas"]["TeamDoc"];
            /** @enum {string} */
            type: "team.changed";
        } | {
            /** @description A pause code was created or changed. */
            data: components["schemas"]["PauseCodeDoc"];
            /** @enum {string} */
            type: "pause_code.changed";
        } | {
            /** @description A disposition was created or changed. */
            data: components["schemas"]["DispositionDoc"];
            /** @enum {string} */
            type: "disposition.changed";
        } | {
            /** @description The workspace changed. */
            data: components["schemas"]["WorkspaceDoc"];
            /** @enum {string} */
            type: "workspace.changed";
        } | {
            /** @description A call began, changed or ended. */
            data: components["schemas"]["CallDoc"];
            /** @enum {string} */
            type: "call.changed";
        } | {
            /** @description A recording began, grew, ended or was deleted. */
            data: components["schemas"]["RecordingDoc"];
            /** @enum {string} */
            type: "recording.changed";
        } | {
            /** @description A trunk was created or changed, or its health did. */
            data: components["schemas"]["TrunkDoc"];
            /** @enum {string} */
            type: "trunk.changed";
        } | {
            /** @description A phone was created or changed, or registered. */
            data: components["schemas"]["PhoneDoc"];
            /** @enum {string} */
            type: "phone.changed";
        } | {
            /** @description A prompt was created or changed. */
            data: components["schemas"]["PromptDoc"];
            /** @enum {string} */
            type: "prompt.changed";
        } | {
            /** @description What may be dialed was changed. */
            data: components["schemas"]["DialPlanDoc"];
            /** @enum {string} */
            type: "dial_plan.changed";
        } | {
            /** @description A policy of service levels was created or changed. */
            data: components["schemas"]["PolicyDoc"];
            /** @enum {string} */
            type: "policy.changed";
        } | {
            /** @description A warn point of a clock was reached. */
            data: components["schemas"]["SlaNoticeDoc"];
            /** @enum {string} */
            type: "sla.warned";
        } | {
            /** @description The time of a clock is over. */
            data: components["schemas"]["SlaNoticeDoc"];
            /** @enum {string} */
            type: "sla.breached";
        } | {
            /** @description A customer was promised something. */
            data: components["schemas"]["PromiseDoc"];
            /** @enum {string} */
            type: "promise.made";
        } | {
            /** @description It was kept, late but warned too. */
            data: components["schemas"]["PromiseDoc"];
            /** @enum {string} */
            type: "promise.kept";
        } | {
            /** @description It was broken. */
            data: components["schemas"]["PromiseDoc"];
            /** @enum {string} */
            type: "promise.broken";
        } | {
            /** @description Somebody was reminded of it. */
            data: components["schemas"]["PromiseDoc"];
            /** @enum {string} */
            type: "promise.nudged";
        } | {
            /** @description Something else about it changed: its time, its end. */
            data: components["schemas"]["PromiseDoc"];
            /** @enum {string} */
            type: "promise.changed";
        };
        /** @description A chat widget. What is left out gets a default. */
        WidgetInput: {
            /** @description `no`, `optional`, `required`. */
            ask?: string | null;
            /** @description `#rrggbb`. */
            color?: string | null;
            /** @description First words. */
            greeting?: string;
            /** @description Public key: made by okno; what is sent here is not used. */
            key?: string | null;
            /** @description Origins that may show it; `*` for any. */
            sites?: string[];
            /** @description Heading. */
            title?: string;
        };
        /** @description A chat widget. */
        WidgetSettings: {
            /** @description Ask name and mail address before the first message: `no`, `optional`, `required`. */
            ask: string;
            /** @description Main color, `#rrggbb`. */
            color: string;
            /** @description First words to the customer. */
            greeting: string;
            /** @description Public key in the page's snippet (`wk_...`). */
            key: string;
            /** @description Origins of the sites that may show it; `*` for any. */
            sites: string[];
            /** @description Heading. */
            title: string;
        };
        /**
         * @description Over which time `fewest_contacts`, `least_talk_time` and `least_occupied` count.
         * @enum {string}
         */
        Window: "shift" | "hour" | "day";
        /** @description The workspace. */
        WorkspaceDoc: {
            /** @description Id. */
            id: components["schemas"]["WorkspaceId"];
            /** @description Default language: `en`, `ru`, `pl`. */
            language: string;
            /** @description Company name. */
            name: string;
            /** @description IANA time zone. */
            time_zone: string;
        };
        /**
         * Format: uuid
         * @description A tenant: everything belongs to one workspace.
         */
        WorkspaceId: string;
        /** @description The workspace. */
        WorkspaceInput: {
            /** @description `en`, `ru`, `pl`. */
            language?: string | null;
            /** @description Company name. */
            name?: string | null;
            /** @description IANA time zone: `Europe/Warsaw`. */
            time_zone?: string | null;
        };
        /** @description The end of a wrap-up. */
        WrapUpInput: {
            disposition?: components["schemas"]["DispositionId"] | null;
            /** @description A last note. */
            note?: string | null;
        };
        /**
         * @description What ends a wrap-up that runs.
         * @enum {string}
         */
        WrapupKind: "open" | "timed" | "fixed" | "optional";
        /** @description Wrap-up mode (behaviour.md B4). */
        WrapupMode: {
            /** @enum {string} */
            kind: "none";
        } | {
            /** @enum {string} */
            kind: "optional";
        } | {
            /** @enum {string} */
            kind: "optional_timed";
            /** Format: int32 */
            seconds: number;
        } | {
            /** @enum {string} */
            kind: "agent_requested";
            /** Format: int32 */
            seconds: number;
        } | {
            /** @enum {string} */
            kind: "discretionary";
        } | {
            /** @enum {string} */
            kind: "timed";
            /** Format: int32 */
            seconds: number;
        } | {
            /** @enum {string} */
            kind: "fixed";
            /** Format: int32 */
            seconds: number;
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export type operations = Record<string, never>;
