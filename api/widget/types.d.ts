/** The contract of the API as the widget reads it (`docs/architecture.md`, `/docs`), and what the widget's files share. */

declare namespace Api {
  type Role = "assistant" | "person";
  type MessageKind = "info" | "question" | "answer" | "advice" | "emergency";
  type QuestionKind = "yes_no" | "checklist" | "choice" | "number" | "region" | "scale";
  type Topic = "massage" | "posture" | "movement" | "heat_cold" | "sleep" | "stress" | "lifestyle" | "oils";

  /** A button or tick; `id` is opaque and means something on the server only. */
  interface Choice {
    id: string;
    label: string;
  }

  interface Source {
    title: string;
    url?: string | null;
  }

  /** `left`: about how many questions come after this one; `values`: what the choices stand for, in their order. */
  interface Question {
    id: string;
    asks: string[];
    kind: QuestionKind;
    left?: number | null;
    values?: string[];
  }

  /** `image`: a path on this server; `shows`: the drawing in words. */
  interface Guidance {
    id: string;
    topic: Topic;
    title: string;
    text: string;
    dose?: string | null;
    evidence?: string | null;
    image?: string | null;
    shows?: string | null;
    source?: Source | null;
  }

  /** `seq` counts from 1 without gaps; 0 is what could not be stored. `calls`: telephone numbers to dial. */
  interface Message {
    id?: string;
    seq?: number;
    role: Role;
    kind: MessageKind;
    text: string;
    choices: Choice[];
    question: Question | null;
    guidance: Guidance[];
    sources: Source[];
    calls?: string[];
    at?: string | null;
    /** Set by the widget: said by a server that could not assess. */
    unassessed?: boolean;
  }

  interface Reason {
    rule: string;
    findings: string[];
    text: string;
    source?: unknown;
  }

  interface Triage {
    status: "asking" | "complete";
    level: string | null;
    massage: string | null;
    findings: Record<string, boolean | "unsure">;
    facts: Record<string, unknown>;
    reasons: Reason[];
    ruleset: string;
    /** Pain from 0 to 10 each time it was asked, oldest first. */
    pain_scores?: number[];
  }

  interface Answer {
    messages: Message[];
    triage: Triage;
  }

  interface Opened extends Answer {
    id: string;
    token: string;
    refresh: string;
  }

  /** RFC 9457, with what the server wants said to the person. */
  interface Problem {
    code?: string;
    messages?: Message[];
  }

  /** One of `text`, `choice` and `choices`; `change`: in the place of an earlier answer. */
  interface Body {
    text?: string;
    choice?: string;
    choices?: string[];
    change?: boolean;
  }
}

/** What is kept of a conversation in this tab. */
interface Session {
  clinic: string;
  id: string;
  token: string;
  refresh?: string;
}

/** What a control hands over: the body to send, how it reads, and the choices that were used. */
type Answering = (body: Api.Body, shown: string, ids: string[]) => void;

type MessageState = "sending" | "sent" | "failed" | "unanswered" | "changing" | "";

interface Controls {
  group: HTMLElement;
  changeable: boolean;
  setActive(value: boolean): void;
}

interface Bubble {
  item: HTMLElement;
  setState(name: MessageState, retry?: () => void): void;
  setChange(change: () => void): void;
}

/** A message of the person on its way. `text`: how it reads; `asked`: the controls it came from. */
interface Outgoing {
  key: string;
  body: Api.Body;
  text: string;
  bubble: Bubble;
  asked: Controls | null;
  session: Session;
}

/** What may stand in an element: nodes, text, and lists of them; nothing for what is false. */
type Child = Node | string | false | null | undefined | Child[];

type Attributes = Record<string, unknown>;

type LauncherWords = Record<"label" | "short" | "close" | "dialog" | "unreachable", string>;

/** Filled in by `api/widget/assets.py`: the launcher's words of every locale. */
declare const __LAUNCHER_WORDS__: Record<string, LauncherWords>;

interface Window {
  Spinewise?: {
    readonly open: () => void;
    readonly close: () => void;
    readonly on: (type: "open" | "close" | "level", listener: (detail?: string | null) => void) => void;
    readonly locale: (tag: string) => void;
  };
}
