/** The conversation's id, token and refresh secret, for this tab only. Where the browser forbids storage, memory serves until reload. */

const NAME = "spinewise";
let memory = null;

/** @typedef {{clinic: string, id: string, token: string, refresh: string}} Session */

/** @returns {Session | null} what was kept for this clinic */
export function recall(clinic) {
  try {
    memory = JSON.parse(sessionStorage.getItem(`${NAME}:${clinic}`)) ?? memory;
  } catch {
    // Storage is blocked: memory it is.
  }
  return memory;
}

/** Keeps the session, or forgets it when given null. */
export function keep(clinic, session) {
  memory = session;
  try {
    if (session) sessionStorage.setItem(`${NAME}:${clinic}`, JSON.stringify(session));
    else sessionStorage.removeItem(`${NAME}:${clinic}`);
  } catch {
    // As above.
  }
}
