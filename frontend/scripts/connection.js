// Why something could not be sent, told apart: the session has ended, somebody else has signed in, this computer is offline, the server does not
// answer, or others write just now. What was typed stays on the page. The sentences stand in #connection-words, in the page's language.
const PATIENCE = 20_000; // milliseconds until a server that says nothing counts as gone
const PAUSE = 3_000; // milliseconds between two looks
const FRESH = 10_000; // milliseconds for which the server counts as reached
export const CAUSES = ['ended', 'other', 'offline', 'gone', 'locked'];

const metaToken = () => document.querySelector('meta[name="csrf-token"]');

// The answer, or null where there was none.
export async function ask(address, options = {}) {
  try {
    return await fetch(address, { redirect: 'error', signal: AbortSignal.timeout(PATIENCE), ...options });
  } catch {
    return null;
  }
}

export function causeOf(answer) {
  if (!answer) return navigator.onLine ? 'gone' : 'offline';
  if (answer.ok) return 'ok';
  if (answer.status === 401) return 'ended';
  if (answer.status === 503 && answer.headers.has('X-Busy')) return 'locked';
  return answer.status >= 500 ? 'gone' : 'refused';
}

// Whether the server takes something from this person now; their forms then belong to the session of now.
export async function reach() {
  const token = metaToken();
  if (!token) return 'ok';
  const answer = await ask('/phien', { headers: { 'X-Autosave': '1', 'X-CSRFToken': token.content }, cache: 'no-store' });
  const cause = causeOf(answer);
  if (cause === 'refused') return answer.status === 409 ? 'other' : 'ok';
  if (cause !== 'ok') return cause;
  const fresh = (await answer.json()).token;
  token.content = fresh;
  document.querySelectorAll('input[name="csrf_token"]').forEach((field) => { field.value = fresh; });
  return 'ok';
}

// Puts the sentence for a cause into the element; on a page without these sentences, that the draft was not saved.
export function tell(status, cause) {
  if (!status) return;
  const words = document.getElementById('connection-words');
  status.hidden = false;
  status.dataset.cause = cause;
  status.textContent = (words ? words.dataset[cause] : status.dataset.failed) ?? '';
  if (!words || cause !== 'ended') return;
  const link = document.createElement('a');
  Object.assign(link, { href: words.dataset.signInAt, target: '_blank', rel: 'noopener', textContent: words.dataset.signIn });
  status.append(' ', link);
}

// Calls `look` every few seconds, and as soon as the network or the person comes back, until it returns true.
export function keepLooking(look) {
  let timer;
  let busy = false;
  const stop = () => {
    clearInterval(timer);
    window.removeEventListener('online', again);
    window.removeEventListener('focus', again);
  };
  const again = async () => {
    if (busy) return;
    busy = true;
    if (await look()) stop();
    busy = false;
  };
  timer = setInterval(again, PAUSE);
  window.addEventListener('online', again);
  window.addEventListener('focus', again);
  return stop;
}

const typedFields = (form) => [...form.elements].filter((field) => field.matches('textarea, input[type="text"], input[type="email"], input:not([type])'));
const isTyped = (form) => typedFields(form).some((field) => field.value.trim() && field.value !== field.defaultValue);
const hasFile = (form) => [...form.elements].some((field) => field.type === 'file' && field.files.length);
const isPost = (form) => form.method === 'post';

function statusOf(form) {
  let status = form.querySelector('[data-connection-status]');
  if (!status) {
    status = document.createElement('p');
    status.className = 'inset is-warning';
    status.setAttribute('role', 'status');
    status.dataset.connectionStatus = '';
    status.hidden = true;
    form.append(status);
  }
  return status;
}

const kept = new WeakMap(); // form → what of it has been kept

// What somebody typed into these forms and has not sent is kept; returns the address of the first.
async function keepAll(forms) {
  let first = null;
  for (const form of forms.filter((one) => isPost(one) && !one.dataset.autosave && isTyped(one))) {
    const fields = JSON.stringify([...new FormData(form)].filter(([name, value]) => typeof value === 'string' && name !== 'csrf_token'));
    if (kept.get(form) === fields) continue;
    const body = new FormData();
    body.set('address', new URL(form.action).pathname + new URL(form.action).search);
    body.set('fields', fields);
    const answer = await ask('/giu-lai/', { method: 'POST', body, headers: { 'X-CSRFToken': metaToken()?.content ?? '', 'X-Autosave': '1' } });
    if (!answer?.ok) continue;
    kept.set(form, fields);
    first ??= (await answer.json()).address;
  }
  return first;
}

// Forms of a part of the page that something else takes the place of.
export const keepTyped = (part) => keepAll([...(part?.querySelectorAll('form') ?? [])]);

// Other forms of the page, which would be gone with it.
async function keepOthers(form) {
  const address = await keepAll([...document.forms].filter((one) => one !== form));
  const back = address && form.querySelector('[data-back-to-what-was-typed]');
  if (back) back.value = address;
}

// Before a form leaves the page with what somebody typed, one looks whether the server can be reached.
async function send(form, submitter) {
  const status = statusOf(form);
  const go = async () => {
    await keepOthers(form);
    status.hidden = true;
    form.dataset.reachedAt = String(Date.now());
    form.requestSubmit(submitter);
  };
  const first = await reach();
  if (first === 'ok') return go();
  tell(status, first);
  form.stopLooking?.();
  form.stopLooking = keepLooking(async () => {
    const cause = await reach();
    if (cause !== 'ok') tell(status, cause);
    else if (status.dataset.cause === 'locked') await go();
    else tell(status, 'back');
    return cause === 'ok';
  });
  return null;
}

export function startConnection() {
  if (!document.getElementById('connection-words')) return; // nobody is signed in
  document.addEventListener('submit', (event) => {
    const form = event.target;
    if (!isPost(form)) return;
    const others = [...document.forms].some((one) => one !== form && isPost(one) && !one.dataset.autosave && isTyped(one));
    if (!isTyped(form) && !hasFile(form) && !others) return;
    if (Date.now() - Number(form.dataset.reachedAt ?? 0) < FRESH) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    send(form, event.submitter);
  }, true);
}
