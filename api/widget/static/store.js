/** The conversation's id, token and refresh secret, for this tab only. Where the browser forbids storage, memory serves until reload. */

const NAME = "spinewise";
/** @type {Session | null} */
let memory = null;

/** What was kept for this clinic. @param {string} clinic @returns {Session | null} */
export function recall(clinic) {
  try {
    memory = JSON.parse(sessionStorage.getItem(`${NAME}:${clinic}`) ?? "null") ?? memory;
  } catch {
    // Storage is blocked: memory it is.
  }
  return memory;
}

/** Keeps the session, or forgets it when given null. @param {string} clinic @param {Session | null} session */
export function keep(clinic, session) {
  memory = session;
  try {
    if (session) sessionStorage.setItem(`${NAME}:${clinic}`, JSON.stringify(session));
    else sessionStorage.removeItem(`${NAME}:${clinic}`);
  } catch {
    // As above.
  }
}
